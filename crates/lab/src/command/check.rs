//! `lab check`: drives and proves a scenario whose parts another program has started.

use std::time::{Duration, Instant};

use super::again::{self, Given};
use super::play::{begin_saving, finish, interruptible, links};
use super::run::print;
use crate::cli::{Check, SEED};
use crate::exit::{Exit, Failure};
use crate::lab::Lab;
use scenario::Case;
use verify::check_error::beside;
use verify::report::{Phase, Report};
use verify::{Control, FileControl, Findings, NoControl, Session, SignificanceLevel};

/// Checks against parts that are running; faults are requested, or their steps are skipped and reported.
///
/// # Errors
/// When the parts do not answer, or the lab itself fails.
pub async fn check(lab: &Lab, arguments: &Check) -> Result<Exit, Failure> {
    let play = lab.play(&arguments.scenario, arguments.variant.as_deref())?;
    begin_saving(arguments.save.as_deref())?;
    let begun = Instant::now();
    let findings = match &arguments.control {
        None => findings(lab, &play, arguments, &mut NoControl).await?,
        Some(folder) => findings(lab, &play, arguments, &mut FileControl::new(folder.clone())?).await?,
    };
    let mut report = Report::new(&play, &findings);
    report.phases = vec![Phase { name: "check".to_owned(), seconds: begun.elapsed().as_secs_f64() }];
    report.links = links(lab, &play, &findings);
    let given = Given { seed: SEED, deadline: arguments.deadline, repeat: 1 };
    let exit = finish(lab, &play, &mut report, &findings, arguments.save.as_deref(), given)?;
    if lab.console.is_for_machines() {
        print(lab, &[report], 1)?;
    }
    if exit != Exit::Proved {
        lab.console.line(&format!(
            " run it again: {}",
            again::check(lab, &play, arguments.deadline, arguments.control.as_deref())
        ));
    }
    Ok(exit)
}

async fn findings(lab: &Lab, play: &Case, arguments: &Check, control: &mut impl Control) -> Result<Findings, Failure> {
    let deadline = Duration::from_secs(arguments.deadline);
    let level = SignificanceLevel::EACH;
    let session = Session::open(play, &lab.topology, control, &lab.console, deadline, level);
    let mut session = interruptible(session).await??;
    match interruptible(session.check()).await {
        Ok(findings) => Ok(findings?),
        Err(interrupted) => {
            // A second interrupt ends this wait.
            let not_undone = interruptible(session.undo_faults()).await?;
            Err(Failure { error: beside(interrupted.error, &not_undone), ..interrupted })
        }
    }
}
