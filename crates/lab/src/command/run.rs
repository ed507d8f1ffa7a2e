//! `lab run`: up, check and down, for a scenario and its healthy variants.

use std::time::Duration;
use verify::Verdict;

use serde::Serialize;

use super::play::{self, Settings};
use super::setup::tools_for;
use crate::cli::Run;
use crate::exit::{Exit, Failure};
use crate::lab::Lab;
use crate::report::console::Colour;
use scenario::Case;
use verify::Report;
use verify::SignificanceLevel;

/// What `--json` prints: the last run of the scenario, and of its variants.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    report: &'a Report,
    variants: &'a [Report],
    runs: u32,
}

/// Runs what the arguments say.
///
/// # Errors
/// When the environment is not ready, the lab itself fails, or it is interrupted.
pub async fn run(lab: &Lab, arguments: &Run) -> Result<Exit, Failure> {
    let plays = plays(lab, arguments)?;
    play::begin_saving(arguments.save.as_deref())?;
    let tools = tools_for(lab, &plays).await?;
    let deadline = Duration::from_secs(arguments.deadline);
    let level = SignificanceLevel::new(&plays, arguments.repeat);
    let settings = Settings {
        tools: &tools,
        seed: arguments.seed,
        deadline,
        save: arguments.save.as_deref(),
        repeat: arguments.repeat,
        level,
    };
    for round in 1..=arguments.repeat {
        let reports = round_of(lab, &plays, &settings).await?;
        let failed = reports.iter().find(|report| report.verdict != Verdict::Proved);
        if lab.console.is_for_machines() && (round == arguments.repeat || failed.is_some()) {
            print(lab, &reports, round)?;
        }
        if arguments.repeat > 1 {
            let verdict = if failed.is_none() { "proved" } else { "failed" };
            let together = if round == arguments.repeat { level.together() } else { String::new() };
            lab.console.line(&format!(" {round}/{} {verdict}{together}", arguments.repeat));
        }
        if let Some(report) = failed {
            return Ok(report.verdict.into());
        }
    }
    Ok(Exit::Proved)
}

fn plays(lab: &Lab, arguments: &Run) -> Result<Vec<Case>, Failure> {
    match &arguments.variant {
        Some(variant) => Ok(vec![lab.play(&arguments.scenario, Some(variant))?]),
        None => Ok(lab.scenario(&arguments.scenario)?.cases()),
    }
}

async fn round_of(lab: &Lab, plays: &[Case], settings: &Settings<'_>) -> Result<Vec<Report>, Failure> {
    let mut reports = Vec::new();
    for play in plays {
        let name = lab.console.painted(Colour::Dim, &format!("{}: {}", play.command(), play.title));
        lab.console.line(&name);
        let report = play::run(lab, play, settings).await?;
        let failed = report.verdict != Verdict::Proved;
        reports.push(report);
        if failed {
            break;
        }
    }
    Ok(reports)
}

/// Prints the one document of `--json`.
///
/// # Errors
/// When it cannot be written as JSON.
pub(super) fn print(lab: &Lab, reports: &[Report], runs: u32) -> Result<(), Failure> {
    if let Some((report, variants)) = reports.split_first() {
        let document = serde_json::to_string_pretty(&Document { report, variants, runs });
        lab.console.document(&document.map_err(anyhow::Error::from)?);
    }
    Ok(())
}
