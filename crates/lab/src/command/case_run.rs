//! A run of one case: parts up, check, parts down, report.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use trace_assert::{Trace, otlp};

use super::again;
use super::failure_report::FailureReport;
use crate::cli::{DEADLINE, SEED};
use crate::exit::{Exit, Failure};
use crate::interrupt::interruptible;
use crate::lab::Lab;
use crate::report;
use crate::running_parts::RunningParts;
use runner::programs::Tools;
use scenario::Case;
use verify::report::{Phase, Report};
use verify::{NativeControl, Progress, Session, SignificanceLevel, Verdict};

/// How cases are run.
#[derive(Debug)]
pub(super) struct CaseRun<'a> {
    /// The lab.
    pub(super) lab: &'a Lab,
    /// The programs.
    pub(super) tools: &'a Tools,
    /// The seed of all random choices of the services.
    pub(super) seed: u64,
    /// Seconds within which a run must settle.
    pub(super) deadline: u64,
    /// The file for all traces.
    pub(super) save: SaveFile,
    /// How many times each case is run.
    pub(super) repeat: u32,
    /// The significance level of shares.
    pub(super) level: SignificanceLevel,
}

impl CaseRun<'_> {
    /// Runs one case, and prints its report.
    pub(super) async fn run(&self, case: &Case) -> Result<Report> {
        let lab = self.lab;
        let mut begun = Instant::now();
        let mut phases = Vec::new();
        let mut phase = |name: &str| {
            phases.push(Phase { name: String::from(name), seconds: begun.elapsed().as_secs_f64() });
            begun = Instant::now();
        };
        let mut parts = RunningParts::start(lab, case, self.tools, self.seed).await?;
        phase("up");
        let report = interruptible(self.check(case, &mut parts)).await;
        phase("check");
        let failure = FailureReport::new(&mut parts.native, case);
        lab.console.verbose(|| "stopping the parts".to_owned());
        let folder = parts.stop().await?;
        phase("down");
        let report = report??;
        let report = Report { phases, folder: Some(folder.clone()), links: links(lab, case, &report), ..report };
        self.save.append(&report.traces)?;
        write_files(&folder, &report)?;
        report::show(&lab.console, &report);
        lab.console.line(&format!(" logs and traces: {}", lab.readable(&folder)));
        lab.console.line(&format!(" look around: {}", again::up(lab, case, self.seed)));
        if report.verdict != Verdict::Proved {
            failure.show(&lab.console, &report);
            lab.console.line(&format!(" run it again: {}", self.again(case)));
        }
        Ok(report)
    }

    async fn check(&self, case: &Case, parts: &mut RunningParts) -> Result<Report> {
        let mut control = NativeControl::new(&mut parts.native);
        let (lab, deadline) = (self.lab, Duration::from_secs(self.deadline));
        let progress = |progress: Progress<'_>| lab.console.progress(&progress);
        let session = Session::open(case, &lab.topology, Some(&mut control), &progress, deadline, self.level).await;
        session?.check().await
    }

    fn again(&self, case: &Case) -> String {
        let repeat = again::unless(self.repeat.into(), 1);
        let options = [
            ("--repeat", repeat),
            ("--seed", again::unless(self.seed, SEED)),
            ("--deadline", again::unless(self.deadline, DEADLINE)),
        ];
        again::command_line(self.lab, "run", case, &options)
    }
}

/// The file of `--save`, if it was given.
#[derive(Debug, Default)]
pub(super) struct SaveFile(Option<File>);

impl SaveFile {
    /// Creates the file before anything runs, so that an unusable path is reported first.
    pub(super) fn create(path: Option<&Path>) -> Result<Self> {
        let create = |path: &Path| {
            let unusable = |error| {
                Failure::new(Exit::Usage, format!("cannot create the file of --save, {}: {error}", path.display()))
            };
            File::create(path).map_err(unusable)
        };
        Ok(Self(path.map(create).transpose()?))
    }

    /// Appends traces, one per line.
    pub(super) fn append(&self, traces: &[Trace]) -> Result<()> {
        let Some(mut file) = self.0.as_ref() else { return Ok(()) };
        file.write_all(lines(traces).as_bytes()).context("cannot write the file of --save")
    }
}

fn lines(traces: &[Trace]) -> String {
    traces.iter().map(|trace| format!("{}\n", otlp::write(&trace.spans))).collect()
}

/// Writes traces, ledger and report into the folder of the run.
fn write_files(folder: &Path, report: &Report) -> Result<()> {
    let ledger = match &report.unfinished {
        Some(unfinished) => serde_json::to_string_pretty(unfinished)?,
        None => serde_json::to_string_pretty(&report.ledger)?,
    };
    let files = [
        ("traces.jsonl", lines(&report.traces)),
        ("ledger.json", ledger),
        ("report.json", serde_json::to_string_pretty(report)?),
    ];
    files.iter().try_for_each(|(name, text)| {
        let file = folder.join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
    })
}

/// Pages about the run: the first trace in Jaeger, Prometheus, items.
pub(super) fn links(lab: &Lab, case: &Case, report: &Report) -> std::collections::BTreeMap<String, String> {
    let trace = report.steps.iter().find_map(|result| result.traces.first());
    let page = trace.map_or_else(|| "/".to_owned(), |trace| format!("/trace/{trace}"));
    let pages = [("jaeger", "query", page.as_str()), ("prometheus", "web", "/"), ("items", "http", "/data")];
    lab.urls(case, &pages).into_iter().map(|(part, url)| (part.to_owned(), url)).collect()
}
