//! A planted fault, run as a user would run it: it must end as the scenario expects, with a finding that leads to the cause.

use std::process::{Output, Stdio};

use anyhow::{Context, Result};
use regex::Regex;
use serde_json::Value;
use tokio::process::Command;

use crate::lab::Lab;
use crate::report::console::Colour;
use runner::native::{OWN_PROGRAM, RUN_ID};
use scenario::{Case, ExpectedFailure};

/// Whether the fault was detected as the scenario expects; if not, the reasons are shown below its line.
///
/// # Errors
/// When `lab` cannot be run.
pub(super) async fn is_detected(lab: &Lab, play: &Case, family: &str) -> Result<bool> {
    let (Some(failure), Some(variant)) = (&play.expected_failure, &play.variant) else {
        return Ok(false);
    };
    let output = run(lab, play, variant, family).await?;
    let unmet = unmet(failure, &output).with_context(|| play.command())?;
    let (mark, verdict) = match unmet.is_empty() {
        true => (lab.console.painted(Colour::Green, "✔"), "detected"),
        false => (lab.console.painted(Colour::Red, "✘"), "not detected"),
    };
    lab.console.line(&format!(" {mark} {} is {verdict}: {}", play.command(), play.title));
    if !unmet.is_empty() {
        let text = String::from_utf8_lossy(&output.stderr);
        lab.console.line(&format!("     {}\n{text}", unmet.join("; ")));
    }
    Ok(unmet.is_empty())
}

async fn run(lab: &Lab, play: &Case, variant: &str, family: &str) -> Result<Output> {
    let mut command = Command::new(OWN_PROGRAM);
    command.args(["run", &play.scenario, "--variant", variant, "--verbose", "--json", "--root"]).arg(&lab.root);
    command.args(["--port-offset", &lab.topology.offset().to_string()]);
    command.env("NO_COLOR", "1").env(RUN_ID, family).stdin(Stdio::null()).kill_on_drop(true);
    command.output().await.context("lab run")
}

/// What the run lacks of the expected failure, a sentence each.
fn unmet(failure: &ExpectedFailure, output: &Output) -> Result<Vec<String>> {
    let mut unmet = Vec::new();
    if output.status.code() != Some(failure.exit.into()) {
        unmet.push(format!("ended with {}, expected exit code {}", output.status, failure.exit));
    }
    let text = String::from_utf8_lossy(&output.stderr);
    for pattern in &failure.output_matches {
        let regex = Regex::new(pattern).with_context(|| format!("`output_matches`: {pattern}"))?;
        if !regex.is_match(&text) {
            unmet.push(format!("no line of the output matches `{pattern}`"));
        }
    }
    // A program that rejects its configuration leaves no report.
    if failure.rejected_by.is_none() {
        unmet.extend(failure.unmet(&serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)));
    }
    Ok(unmet)
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use serde_json::json;

    use super::*;

    /// A run that ended with this code.
    fn ended(code: i32, report: &Value, text: &str) -> Output {
        let (stdout, stderr) = (report.to_string().into_bytes(), text.as_bytes().to_vec());
        Output { status: ExitStatus::from_raw(code << 8), stdout, stderr }
    }

    #[test]
    fn a_wrong_exit_code_a_missing_finding_and_missing_words_are_named() {
        let output_matches = vec!["deprecated".to_owned()];
        let findings = vec![json!({ "kind": "lost", "at": "items" })];
        let failure =
            ExpectedFailure { exit: 2, findings, passed: Vec::new(), ledger: None, output_matches, rejected_by: None };
        let lost = |at: &str| json!({ "findings": [{ "kind": "lost", "at": at, "count": 3 }] });
        assert_eq!(unmet(&failure, &ended(2, &lost("items"), "it is deprecated")).unwrap(), Vec::<String>::new());
        assert_eq!(
            unmet(&failure, &ended(0, &lost("agent"), "")).unwrap(),
            [
                "ended with exit status: 0, expected exit code 2",
                "no line of the output matches `deprecated`",
                r#"no finding matches {"kind":"lost","at":"items"}"#,
            ]
        );
    }
}
