//! `lab run`: a scenario and its variants, or one variant; each case with its own parts.

use anyhow::Result;
use serde::Serialize;

use super::case_run::{CaseRun, SaveFile};
use super::setup::tools_for;
use crate::cli::Run;
use crate::console::{DIM, styled};
use crate::exit::Exit;
use crate::lab::Lab;
use scenario::Case;
use verify::{Report, SignificanceLevel, Verdict};

/// The document of `--json`: the last run of the scenario, and of its variants.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    report: &'a Report,
    variants: &'a [Report],
    runs: u32,
}

/// Runs the cases that the arguments name.
pub(super) async fn run(lab: &Lab, arguments: &Run) -> Result<Exit> {
    let cases = match &arguments.variant {
        Some(variant) => vec![lab.case(&arguments.scenario, Some(variant))?],
        None => lab.scenario(&arguments.scenario)?.cases(),
    };
    let save = SaveFile::create(arguments.save.as_deref())?;
    let tools = tools_for(lab, &cases).await?;
    let level = SignificanceLevel::new(&cases, arguments.repeat);
    let (seed, deadline, repeat) = (arguments.seed, arguments.deadline, arguments.repeat);
    let runs = CaseRun { lab, tools: &tools, seed, deadline, save, repeat, level };
    for round in 1..=repeat {
        let reports = run_each(&runs, &cases).await?;
        let failed = reports.iter().find(|report| report.verdict != Verdict::Proved);
        if lab.console.json && (round == repeat || failed.is_some()) {
            print_json(lab, &reports, round)?;
        }
        if repeat > 1 {
            let verdict = failed.map_or(Verdict::Proved, |report| report.verdict);
            let together = if round == repeat { level.together() } else { String::new() };
            lab.console.line(&format!(" run {round} of {repeat} {verdict}{together}"));
        }
        if let Some(report) = failed {
            return Ok(report.verdict.into());
        }
    }
    Ok(Exit::Proved)
}

/// Runs cases up to the first that is not proved.
async fn run_each(runs: &CaseRun<'_>, cases: &[Case]) -> Result<Vec<Report>> {
    let mut reports = Vec::new();
    for case in cases {
        print_title(runs.lab, case);
        let report = runs.run(case).await?;
        let is_proved = report.verdict == Verdict::Proved;
        reports.push(report);
        if !is_proved {
            break;
        }
    }
    Ok(reports)
}

/// Prints the line above the output of a case.
pub(super) fn print_title(lab: &Lab, case: &Case) {
    lab.console.line(&styled(DIM, &format!("{}: {}", case.command(), case.title)));
}

/// Prints the document of `--json`.
pub(super) fn print_json(lab: &Lab, reports: &[Report], runs: u32) -> Result<()> {
    if let Some((report, variants)) = reports.split_first() {
        lab.console.document(&serde_json::to_string_pretty(&Document { report, variants, runs })?);
    }
    Ok(())
}
