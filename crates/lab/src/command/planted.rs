//! A planted fault: `lab run` must exit as the scenario expects, with a finding that leads to the cause.

use std::process::{Output, Stdio};

use anyhow::{Context, Result};
use regex::Regex;
use serde_json::Value;
use tokio::process::Command;

use crate::console::{GREEN, RED, styled};
use crate::lab::Lab;
use runner::native::{OWN_PROGRAM, RUN_ID};
use scenario::{Case, ExpectedFailure};

/// Whether the fault was detected as the scenario expects. If not, the reasons are printed below its line.
pub(super) async fn is_detected(lab: &Lab, case: &Case, run_id: &str) -> Result<bool> {
    let (Some(failure), Some(variant)) = (&case.expected_failure, &case.variant) else {
        return Ok(false);
    };
    let output = run(lab, case, variant, run_id).await?;
    let unmet = unmet(failure, &output).with_context(|| case.command())?;
    let (mark, verdict) = match unmet.is_empty() {
        true => (styled(GREEN, "✔"), "detected"),
        false => (styled(RED, "✘"), "not detected"),
    };
    lab.console.line(&format!(" {mark} {} is {verdict}: {}", case.command(), case.title));
    if !unmet.is_empty() {
        let text = String::from_utf8_lossy(&output.stderr);
        lab.console.line(&format!("     {}\n{text}", unmet.join("; ")));
    }
    Ok(unmet.is_empty())
}

async fn run(lab: &Lab, case: &Case, variant: &str, run_id: &str) -> Result<Output> {
    let mut command = Command::new(OWN_PROGRAM);
    command.args(["run", &case.scenario, "--variant", variant, "--verbose", "--json", "--root"]).arg(&lab.root);
    command.args(["--port-offset", &lab.topology.offset().to_string()]);
    command.env("NO_COLOR", "1").env(RUN_ID, run_id).stdin(Stdio::null()).kill_on_drop(true);
    command.output().await.context("cannot run `lab run`")
}

/// The differences between the run and the expected failure.
fn unmet(failure: &ExpectedFailure, output: &Output) -> Result<Vec<String>> {
    let mut unmet = Vec::new();
    if output.status.code() != Some(failure.exit.into()) {
        unmet.push(format!("{}, expected exit status: {}", output.status, failure.exit));
    }
    let text = String::from_utf8_lossy(&output.stderr);
    for pattern in &failure.output_matches {
        let regex =
            Regex::new(pattern).with_context(|| format!("`output_matches` has an invalid pattern: {pattern}"))?;
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

    /// A run that exited with this code.
    fn exited(code: i32, report: &Value, text: &str) -> Output {
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
        assert_eq!(unmet(&failure, &exited(2, &lost("items"), "it is deprecated")).unwrap(), Vec::<String>::new());
        assert_eq!(
            unmet(&failure, &exited(0, &lost("agent"), "")).unwrap(),
            [
                "exit status: 0, expected exit status: 2",
                "no line of the output matches `deprecated`",
                r#"no finding matches {"kind":"lost","at":"items"}"#,
            ]
        );
    }
}
