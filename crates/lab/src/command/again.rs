//! A `lab` command for people to type, with every option without which it would do something else.

use crate::cli::{DEADLINE, SEED};
use crate::lab::Lab;
use scenario::Case;

/// A command line about a case. Of its options, those appear that have a value.
pub(super) fn command_line(lab: &Lab, command: &str, case: &Case, options: &[(&str, Option<String>)]) -> String {
    let mut words = ["cargo", "lab", command, &case.scenario].map(str::to_owned).to_vec();
    let root = lab.is_root_given.then(|| lab.root.to_string_lossy().into_owned());
    let general = [
        ("--variant", case.variant.clone()),
        ("--root", root),
        ("--port-offset", unless(lab.topology.offset().into(), 0)),
    ];
    for (name, value) in general.iter().chain(options) {
        words.extend(value.iter().flat_map(|value| [(*name).to_owned(), value.clone()]));
    }
    // Only a NUL cannot be quoted, and no argument contains one.
    shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| words.join(" "))
}

/// `lab up` for a case.
pub(super) fn up(lab: &Lab, case: &Case, seed: u64) -> String {
    command_line(lab, "up", case, &[("--seed", unless(seed, SEED))])
}

/// `lab check` for a case.
pub(super) fn check(lab: &Lab, case: &Case, deadline: u64, control: Option<String>) -> String {
    command_line(lab, "check", case, &[("--deadline", unless(deadline, DEADLINE)), ("--control", control)])
}

/// The value of an option, unless it is the default.
pub(super) fn unless(value: u64, default: u64) -> Option<String> {
    (value != default).then(|| value.to_string())
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
    fn given_options_are_repeated_and_defaults_left_out() {
        let plain = lab(None, 0);
        let case = plain.case("2", Some("link")).unwrap();
        assert_eq!(up(&plain, &case, SEED), "cargo lab up scenario2 --variant link");
        let root = plain.root.display();
        let moved = lab(Some(&plain.root), 2000);
        let options = format!("scenario2 --variant link --root {root} --port-offset 2000");
        assert_eq!(up(&moved, &case, 7), format!("cargo lab up {options} --seed 7"));
        assert_eq!(
            check(&plain, &case, 60, Some("/tmp/a b".to_owned())),
            "cargo lab check scenario2 --variant link --deadline 60 --control '/tmp/a b'"
        );
    }
}
