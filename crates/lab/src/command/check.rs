//! `lab check`: drives and proves a scenario whose parts somebody else has started.

use std::time::{Duration, Instant};

use super::again::{self, Given};
use super::play::{begin_saving, finish, links};
use super::run::print;
use crate::cli::{Check, SEED};
use crate::exit::{Exit, Failure};
use crate::lab::Lab;
use scenario::Play;
use verify::Asking;
use verify::report::{Phase, Report};
use verify::share::Confidence;
use verify::{Control, Findings, Session, Spectator};

/// Checks against parts that are running; steps with faults are asked for, or skipped, aloud.
///
/// # Errors
/// When the parts do not answer, or the lab itself fails.
pub async fn check(lab: &Lab, arguments: &Check) -> Result<Exit, Failure> {
    let play = lab.play(&arguments.scenario, arguments.variant.as_deref())?;
    begin_saving(arguments.save.as_deref())?;
    let begun = Instant::now();
    let findings = match &arguments.control {
        None => findings(lab, &play, arguments, &mut Spectator).await?,
        Some(folder) => findings(lab, &play, arguments, &mut Asking::new(folder.clone())?).await?,
    };
    let mut report = Report::of(&play, &findings);
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

async fn findings(lab: &Lab, play: &Play, arguments: &Check, control: &mut impl Control) -> Result<Findings, Failure> {
    let deadline = Duration::from_secs(arguments.deadline);
    let session = Session::open(play, &lab.topology, control, &lab.console, deadline, Confidence::EACH).await?;
    Ok(session.check().await?)
}
