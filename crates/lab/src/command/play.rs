//! One case, natively: parts up, checked, down, reported.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use verify::Verdict;

use anyhow::Context;
use trace_assert::otlp;

use super::aftermath::Aftermath;
use super::again::{self, Given};
use crate::exit::{Exit, Failure};
use crate::lab::Lab;
use crate::report::console::Colour;
use crate::report::screen;
use runner::native::{Native, OWN_PROGRAM, PartError, Plan, Supervisor, UpError};
use runner::programs::{RunContext, Tools};
use scenario::Case;
use verify::report::{Phase, Report};
use verify::{Findings, NativeControl, Session, SignificanceLevel};

/// How one case is run.
#[derive(Debug, Clone)]
pub struct Settings<'a> {
    /// The programs.
    pub tools: &'a Tools,
    /// The seed of everything that the services choose by chance.
    pub seed: u64,
    /// How long a run may take to settle.
    pub deadline: Duration,
    /// Where every trace is written.
    pub save: Option<&'a Path>,
    /// How many times it is run.
    pub repeat: u32,
    /// How sure one is to be that what chance decides is wrong.
    pub level: SignificanceLevel,
}

impl Settings<'_> {
    fn given(&self) -> Given {
        Given { seed: self.seed, deadline: self.deadline.as_secs(), repeat: self.repeat }
    }
}

/// Parts that are up, and the supervisor that outlives us.
#[derive(Debug)]
pub struct Stage {
    /// The parts.
    pub native: Native,
    supervisor: Supervisor,
    /// The folder of this run.
    pub dir: PathBuf,
}

/// Runs one case, from its start to its report.
///
/// # Errors
/// When the environment is not ready, the lab itself fails, or it is interrupted.
pub async fn run(lab: &Lab, play: &Case, settings: &Settings<'_>) -> Result<Report, Failure> {
    let mut begun = Instant::now();
    let mut phases = Vec::new();
    let mut phase = |name: &str| {
        phases.push(Phase { name: String::from(name), seconds: begun.elapsed().as_secs_f64() });
        begun = Instant::now();
    };
    let mut stage = interruptible(up(lab, play, settings)).await??;
    phase("up");
    let findings = interruptible(findings(lab, play, settings, &mut stage.native)).await;
    phase("check");
    let aftermath = Aftermath::of(&mut stage.native, play);
    lab.console.verbose(|| "stopping the parts".to_owned());
    let dir = down(stage).await?;
    phase("down");
    let findings = findings??;
    let mut report = Report::new(play, &findings);
    report.phases = phases;
    report.folder = Some(dir);
    report.links = links(lab, play, &findings);
    finish(lab, play, &mut report, &findings, settings.save, settings.given())?;
    if report.verdict != Verdict::Proved {
        aftermath.show(&lab.console, &report, &findings.traces);
        lab.console.line(&format!(" run it again: {}", again::run(lab, play, settings.given())));
    }
    Ok(report)
}

async fn findings(lab: &Lab, play: &Case, settings: &Settings<'_>, native: &mut Native) -> Result<Findings, Failure> {
    let mut control = NativeControl::new(native);
    let mut session =
        Session::open(play, &lab.topology, &mut control, &lab.console, settings.deadline, settings.level).await?;
    Ok(session.check().await?)
}

/// Starts every part of a case.
///
/// # Errors
/// When a port is taken or a part does not become ready.
pub async fn up(lab: &Lab, play: &Case, settings: &Settings<'_>) -> Result<Stage, Failure> {
    let run_id = run_id(play);
    let dir = lab.runs().join(&run_id);
    fs::create_dir_all(&dir).with_context(|| format!("the run's folder {}", dir.display()))?;
    let supervisor = Supervisor::start(OWN_PROGRAM.as_ref(), &run_id).context("starting the supervisor")?;
    let run = RunContext {
        run_id: &run_id,
        dir: &dir,
        root: &lab.root,
        topology: &lab.topology,
        parts: &play.parts,
        layers: &play.layers,
        files: &play.files,
        environment: &play.part_environments(&lab.topology, settings.seed)?,
    };
    let plan = Plan::new(&run, settings.tools).context("cannot plan the run")?;
    let native = Native::up(plan, |part, took| report_ready(lab, part, took)).await;
    lab.console.line("");
    let native = native.map_err(|error| Failure::new(exit_of(&error), error))?;
    Ok(Stage { native, supervisor, dir })
}

/// Whose fault it is that the parts are not up.
fn exit_of(error: &UpError) -> Exit {
    match error {
        UpError::Http(_) => Exit::Failed,
        // What is under test is wrong, and not what it runs on.
        UpError::Part(PartError::Rejected { .. } | PartError::Exited { is_config_error: true, .. }) => Exit::Refuted,
        UpError::PortsTaken(_) | UpError::Part(_) => Exit::NotReady,
    }
}

fn report_ready(lab: &Lab, part: &str, took: Duration) {
    let mark = lab.console.painted(Colour::Green, "✔");
    lab.console.write(&format!(" {part} {mark} {:.1}s ", took.as_secs_f64()));
}

/// Stops every part in order; a second Ctrl-C kills what still runs.
///
/// # Errors
/// When the supervisor cannot be waited for.
pub async fn down(stage: Stage) -> Result<PathBuf, Failure> {
    let Stage { mut native, supervisor, dir } = stage;
    tokio::select! {
        _ = native.down() => {}
        () = interrupted() => {}
    }
    drop(native);
    supervisor.finish().await.context("the supervisor")?;
    Ok(dir)
}

/// Writes what was found into the run's folder, and shows it.
///
/// # Errors
/// When a file cannot be written.
pub fn finish(
    lab: &Lab,
    play: &Case,
    report: &mut Report,
    findings: &Findings,
    save: Option<&Path>,
    given: Given,
) -> Result<Exit, Failure> {
    let lines = findings.traces.iter().map(|trace| format!("{}\n", otlp::write(&trace.spans)));
    let traces: String = lines.collect();
    if let Some(file) = save {
        let appended = fs::OpenOptions::new().append(true).open(file);
        let written = appended.and_then(|mut file| file.write_all(traces.as_bytes()));
        written.with_context(|| format!("--save {}", file.display()))?;
    }
    if let Some(dir) = &report.folder {
        fs::write(dir.join("traces.jsonl"), &traces).context("traces.jsonl")?;
        let ledger = match &report.unfinished {
            Some(unfinished) => json(unfinished)?,
            None => json(&report.ledger)?,
        };
        fs::write(dir.join("ledger.json"), ledger).context("ledger.json")?;
        fs::write(dir.join("report.json"), json(&report)?).context("report.json")?;
    }
    screen::show(&lab.console, report);
    if let Some(dir) = &report.folder {
        let (dir, command) = (lab.readable(dir), again::up(lab, play, given));
        lab.console.line(&format!(" logs and traces {dir}   to look around: {command}"));
    }
    Ok(report.verdict.into())
}

/// Empties the file of `--save` before anything runs, so that a bad path is said at once.
///
/// # Errors
/// When it cannot be written.
pub fn begin_saving(save: Option<&Path>) -> Result<(), Failure> {
    let Some(file) = save else { return Ok(()) };
    let created = fs::File::create(file).with_context(|| format!("--save {}", file.display()));
    created.map(drop).map_err(|error| Failure::new(Exit::Usage, error))
}

/// Where to look: the first trace in Jaeger, Prometheus, items.
pub fn links(lab: &Lab, play: &Case, findings: &Findings) -> BTreeMap<String, String> {
    let trace = findings.outcomes.iter().find_map(|outcome| outcome.traces.first());
    let page = trace.map_or_else(|| "/".to_owned(), |trace| format!("/trace/{trace}"));
    let places = [("jaeger", "query", page.as_str()), ("prometheus", "web", "/"), ("items", "http", "/data")];
    let link =
        |(part, port, path): (&str, &str, &str)| Some((part.to_owned(), lab.topology.url(part, port, path).ok()?));
    places.into_iter().filter(|(part, ..)| play.has(part)).filter_map(link).collect()
}

fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(value).context("writing JSON")?)
}

fn run_id(play: &Case) -> String {
    let variant = play.variant.as_ref().map(|variant| format!("-{variant}")).unwrap_or_default();
    let now = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S%.3f").to_string();
    format!("{}{variant}-{now}-{}", play.scenario, std::process::id())
}

/// What a future comes to, unless Ctrl-C or SIGTERM comes first.
///
/// # Errors
/// When it was interrupted.
pub async fn interruptible<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    tokio::select! {
        value = future => Ok(value),
        () = interrupted() => Err(Failure::new(Exit::Interrupted, anyhow::anyhow!("interrupted"))),
    }
}

/// Returns at Ctrl-C or SIGTERM.
pub async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut int), Ok(mut term)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = int.recv() => {}
        _ = term.recv() => {}
    }
}

#[cfg(test)]
mod tests {
    use runner::native::LogTail;

    use super::*;

    #[test]
    fn a_refused_configuration_is_no_environment_that_is_not_ready() {
        let (part, what, output) = ("items".to_owned(), "its environment".to_owned(), Vec::new());
        assert_eq!(exit_of(&UpError::Part(PartError::Rejected { part, what, output })), Exit::Refuted);
        assert_eq!(exit_of(&UpError::Part(PartError::NotRunning("items".to_owned()))), Exit::NotReady);
        let exited = |is_config_error| {
            let (part, status) = ("gateway".to_owned(), std::process::ExitStatus::default());
            let tail = LogTail { log: PathBuf::new(), lines: Vec::new() };
            UpError::Part(PartError::Exited { part, status, tail, is_config_error })
        };
        assert_eq!(exit_of(&exited(true)), Exit::Refuted);
        assert_eq!(exit_of(&exited(false)), Exit::NotReady);
    }
}
