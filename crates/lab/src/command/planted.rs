//! A planted fault, run as a user would run it: it must end as the scenario says, and say what leads to the cause.

use std::process::{Output, Stdio};

use anyhow::{Context, Result};
use regex::Regex;
use tokio::process::Command;

use crate::lab::Lab;
use crate::native::{OWN_PROGRAM, RUN_ID};
use crate::report::console::Colour;
use crate::scenario::{Fails, Play};

/// Whether the fault was found out; if not, why not stands below its line.
///
/// # Errors
/// When `lab` cannot be run, or the scenario's regular expressions are none.
pub(super) async fn is_found_out(lab: &Lab, play: &Play, family: &str) -> Result<bool> {
    let (Some(fails), Some(variant)) = (&play.fails, &play.variant) else {
        return Ok(false);
    };
    let output = run(lab, play, variant, family).await?;
    let text = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat();
    let complaints = complaints(fails, &output, &text).with_context(|| play.command())?;
    let mark = match complaints.is_empty() {
        true => lab.console.painted(Colour::Green, "✔"),
        false => lab.console.painted(Colour::Red, "✘"),
    };
    lab.console.line(&format!(" {mark} {} is found out: {}", play.command(), play.title));
    if !complaints.is_empty() {
        lab.console.line(&format!("     {}\n{text}", complaints.join("; ")));
    }
    Ok(complaints.is_empty())
}

async fn run(lab: &Lab, play: &Play, variant: &str, family: &str) -> Result<Output> {
    let mut command = Command::new(OWN_PROGRAM);
    command.args(["run", &play.scenario, "--variant", variant, "--verbose", "--root"]).arg(&lab.root);
    command.args(["--port-offset", &lab.topology.offset().to_string()]);
    command.env("NO_COLOR", "1").env(RUN_ID, family).stdin(Stdio::null()).kill_on_drop(true);
    command.output().await.context("lab run")
}

fn complaints(fails: &Fails, output: &Output, text: &str) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    if output.status.code() != Some(fails.exit.into()) {
        complaints.push(format!("ended with {}, expected exit code {}", output.status, fails.exit));
    }
    for says in &fails.says {
        let regex = Regex::new(says).with_context(|| format!("`says`: {says}"))?;
        if !regex.is_match(text) {
            complaints.push(format!("does not say `{says}`"));
        }
    }
    Ok(complaints)
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use super::*;

    #[test]
    fn a_wrong_exit_code_and_a_missing_word_are_complaints() {
        let fails = Fails { exit: 2, says: vec![r"lost \d+ at items".to_owned()], refused: None };
        let ended =
            |code: i32| Output { status: ExitStatus::from_raw(code << 8), stdout: Vec::new(), stderr: Vec::new() };
        assert_eq!(complaints(&fails, &ended(2), "lost 3 at items").unwrap(), Vec::<String>::new());
        assert_eq!(
            complaints(&fails, &ended(0), "lost 3 at agent").unwrap(),
            ["ended with exit status: 0, expected exit code 2", r"does not say `lost \d+ at items`"]
        );
    }
}
