//! The command line that does something again, with every option without which it would be something else.

use std::fmt::Display;

use crate::cli::{DEADLINE, SEED};
use crate::lab::Lab;
use scenario::Case;

/// The options of a case's run, as far as they can be given.
#[derive(Debug, Clone, Copy)]
pub struct Given {
    /// The seed of everything that the services choose by chance.
    pub seed: u64,
    /// How many seconds it may take to settle.
    pub deadline: u64,
    /// How many times it was to be run.
    pub repeat: u32,
}

/// The command that runs the case again.
#[must_use]
pub fn run(lab: &Lab, play: &Case, given: Given) -> String {
    let repeat = option("--repeat", given.repeat, 1);
    let options = [repeat, option("--seed", given.seed, SEED), option("--deadline", given.deadline, DEADLINE)];
    typed(lab, "run", play, &options)
}

/// The command that starts its parts and waits.
#[must_use]
pub fn up(lab: &Lab, play: &Case, given: Given) -> String {
    typed(lab, "up", play, &[option("--seed", given.seed, SEED)])
}

/// The command that checks it where its parts run.
#[must_use]
pub fn check(lab: &Lab, play: &Case, deadline: u64, control: Option<&std::path::Path>) -> String {
    let control = control.map(|folder| format!("--control {}", quoted(&folder.display().to_string())));
    typed(lab, "check", play, &[option("--deadline", deadline, DEADLINE), control])
}

/// An option, unless it says what holds without it.
fn option<T: PartialEq + Display>(name: &str, value: T, default: T) -> Option<String> {
    (value != default).then(|| format!("{name} {value}"))
}

fn typed(lab: &Lab, command: &str, play: &Case, options: &[Option<String>]) -> String {
    let root = lab.given_root.as_ref().map(|root| format!("--root {}", quoted(&root.display().to_string())));
    let offset = option("--port-offset", lab.topology.offset(), 0);
    let words = [Some(format!("cargo lab {command} {}", play.command())), root, offset];
    words.iter().chain(options).flatten().cloned().collect::<Vec<_>>().join(" ")
}

/// A word as a shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+:@%".contains(character);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::cli::Options;

    fn lab(root: Option<&Path>, port_offset: u16) -> Lab {
        let options = Options { root: root.map(Path::to_owned), port_offset, verbose: false, json: false };
        Lab::open(&options, |_| None).unwrap()
    }

    #[test]
    fn what_was_given_is_given_again_and_nothing_else() {
        let plain = lab(None, 0);
        let play = plain.play("2", Some("link")).unwrap();
        let default = Given { seed: SEED, deadline: DEADLINE, repeat: 1 };
        assert_eq!(run(&plain, &play, default), "cargo lab run scenario2 --variant link");
        let root = plain.root.display();
        let moved = lab(Some(&plain.root), 2000);
        let given = Given { seed: 7, deadline: 60, repeat: 3 };
        let options = format!("scenario2 --variant link --root {root} --port-offset 2000");
        assert_eq!(run(&moved, &play, given), format!("cargo lab run {options} --repeat 3 --seed 7 --deadline 60"));
        assert_eq!(up(&moved, &play, given), format!("cargo lab up {options} --seed 7"));
        let control = Some(Path::new("/tmp/a b"));
        assert_eq!(
            check(&plain, &play, 60, control),
            "cargo lab check scenario2 --variant link --deadline 60 --control '/tmp/a b'"
        );
    }

    #[test]
    fn a_word_that_a_shell_would_take_apart_is_quoted() {
        assert_eq!(quoted("/a/b-c.d"), "/a/b-c.d");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
