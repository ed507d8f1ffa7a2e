//! `lab check`: drives and proves a scenario whose parts somebody else has started.

use std::time::{Duration, Instant};

use super::play::{begin_saving, finish, links};
use crate::check::{Session, Spectator};
use crate::cli::Check;
use crate::exit::{Exit, Failure};
use crate::lab::Lab;
use crate::report::document::{Phase, Report};

/// Checks against parts that are running; steps with faults are skipped, aloud.
///
/// # Errors
/// When the parts do not answer, or the lab itself fails.
pub async fn check(lab: &Lab, arguments: &Check) -> Result<Exit, Failure> {
    let play = lab.play(&arguments.scenario, arguments.variant.as_deref())?;
    begin_saving(arguments.save.as_deref())?;
    let begun = Instant::now();
    let deadline = Duration::from_secs(arguments.deadline);
    let mut nobody = Spectator;
    let session = Session::open(&play, &lab.topology, &mut nobody, &lab.console, deadline).await?;
    let findings = session.check().await?;
    let mut report = Report::of(&play, &findings);
    report.phases = vec![Phase { name: "check", seconds: begun.elapsed().as_secs_f64() }];
    report.links = links(lab, &play, &findings);
    finish(lab, &play, &mut report, &findings, arguments.save.as_deref())
}
