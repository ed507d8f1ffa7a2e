//! `lab check`: performs the steps of a scenario against parts that another program has started.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::again;
use super::case_run::{SaveFile, links};
use super::run::print_json;
use crate::cli::Check;
use crate::exit::{Exit, Failure};
use crate::interrupt::interruptible;
use crate::lab::Lab;
use crate::report;
use scenario::Case;
use verify::report::{Phase, Report};
use verify::session::with_findings;
use verify::{FileControl, Progress, Session, SignificanceLevel};

/// Checks a case against parts that run. Faults are requested, or their steps are skipped and reported.
pub(super) async fn check(lab: &Lab, arguments: &Check) -> Result<Exit> {
    let case = lab.case(&arguments.scenario, arguments.variant.as_deref())?;
    let save = SaveFile::create(arguments.save.as_deref())?;
    let begun = Instant::now();
    let mut control = arguments.control.clone().map(FileControl::new).transpose()?;
    let report = checked(lab, &case, arguments, control.as_mut()).await?;
    let phases = vec![Phase { name: "check".to_owned(), seconds: begun.elapsed().as_secs_f64() }];
    let report = Report { phases, links: links(lab, &case, &report), ..report };
    save.append(&report.traces)?;
    report::show(&lab.console, &report);
    let exit = Exit::from(report.verdict);
    if lab.console.json {
        print_json(lab, &[report], 1)?;
    }
    if exit != Exit::Proved {
        let control = arguments.control.as_ref().map(|folder| folder.display().to_string());
        lab.console.line(&format!(" run it again: {}", again::check(lab, &case, arguments.deadline, control)));
    }
    Ok(exit)
}

async fn checked(lab: &Lab, case: &Case, arguments: &Check, control: Option<&mut FileControl>) -> Result<Report> {
    let deadline = Duration::from_secs(arguments.deadline);
    let progress = |progress: Progress<'_>| lab.console.progress(&progress);
    let session = Session::open(case, &lab.topology, control, &progress, deadline, SignificanceLevel::EACH);
    let mut session = interruptible(session).await??;
    match interruptible(session.check()).await {
        Ok(report) => report,
        Err(interrupted) => {
            // A second interruption ends this wait.
            let not_undone = interruptible(session.undo_faults()).await?;
            Err(Failure::new(Exit::Interrupted, with_findings(interrupted, &not_undone).to_string()).into())
        }
    }
}
