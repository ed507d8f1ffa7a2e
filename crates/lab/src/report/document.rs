//! The report of one play, as the one JSON document of `--json`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;
use trace_assert::TraceId;

use crate::check::share::Share;
use crate::check::{Findings, Outcome, Verdict};
use crate::exit::Exit;
use crate::ledger::{Total, Unfinished, Unsettled, complaint};
use crate::scenario::Play;

/// What a run of one play found.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// The scenario.
    pub scenario: String,
    /// Its variant, if it is one.
    pub variant: Option<String>,
    /// What took how long.
    pub phases: Vec<Phase>,
    /// Every sentence of the scenario and what became of it.
    pub steps: Vec<Step>,
    /// The ledger, if it closed.
    pub ledger: Option<Total>,
    /// What is known of it, if it did not close.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<Unfinished>,
    /// Why it did not close, or does not add up.
    pub complaint: Option<String>,
    /// Where to look.
    pub links: BTreeMap<String, String>,
    /// The folder with logs, traces and this report.
    pub folder: Option<PathBuf>,
    /// The exit code.
    pub exit: u8,
    /// Pictures of the traces, for the screen.
    #[serde(skip)]
    pub pictures: Vec<Option<String>>,
}

/// A phase of a run and how long it took.
#[derive(Debug, Clone, Serialize)]
pub struct Phase {
    /// Its name: `up`, `check`, `down`.
    pub name: &'static str,
    /// How long it took.
    pub seconds: f64,
}

/// One sentence of the scenario.
#[derive(Debug, Serialize)]
pub struct Step {
    /// The sentence.
    pub caption: String,
    /// `passed`, `failed` or `skipped`.
    pub verdict: &'static str,
    /// What is wrong, or why it was skipped.
    pub messages: Vec<String>,
    /// The part that was asked, if one was.
    pub part: Option<String>,
    /// The part that was given another file, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrote: Option<String>,
    /// The traces that it is about.
    pub traces: Vec<String>,
    /// Those of them that the service which answered did not sample.
    pub unsampled: Vec<String>,
    /// The spans of its own that `lab` named as their parents; nobody stores them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub callers: Vec<String>,
    /// How many of the traces are stored, and how many may be, where chance decides that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
    /// The head sampler of each service, as it said after the step.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub samplers: BTreeMap<String, String>,
}

impl Report {
    /// The report of what a check found.
    #[must_use]
    pub fn of(play: &Play, findings: &Findings) -> Self {
        let (ledger, complaint, unreadable) = match &findings.ledger {
            Ok(settled) => (Some(settled.total.clone()), complaint::of(settled), false),
            Err(unsettled) => (None, Some(unsettled.to_string()), matches!(unsettled, Unsettled::Unreadable(_))),
        };
        let failed = findings.outcomes.iter().any(|outcome| matches!(outcome.verdict, Verdict::Failed(_)));
        let exit = match (unreadable, failed || complaint.is_some()) {
            (true, _) => Exit::NotReady,
            (false, true) => Exit::Refuted,
            (false, false) => Exit::Proved,
        };
        let unfinished = match &findings.ledger {
            Err(Unsettled::UnderWay { pending, account, .. }) => Some(Unfinished::of(account, pending)),
            _ => None,
        };
        Self {
            scenario: play.scenario.clone(),
            variant: play.variant.clone(),
            phases: Vec::new(),
            steps: findings.outcomes.iter().map(Step::of).collect(),
            ledger,
            unfinished,
            complaint,
            links: BTreeMap::new(),
            folder: None,
            exit: exit.code(),
            pictures: findings.outcomes.iter().map(|outcome| outcome.picture.clone()).collect(),
        }
    }

    /// The exit code that it leads to.
    #[must_use]
    pub fn ends_with(&self) -> Exit {
        match self.exit {
            0 => Exit::Proved,
            4 => Exit::NotReady,
            _ => Exit::Refuted,
        }
    }

    /// How many sentences passed, failed and were skipped; the ledger is one of them.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let of = |verdict: &str| self.steps.iter().filter(|step| step.verdict == verdict).count();
        {
            let ledger = usize::from(self.complaint.is_none());
            (of("passed") + ledger, of("failed") + 1 - ledger, of("skipped"))
        }
    }
}

impl Step {
    fn of(outcome: &Outcome) -> Self {
        let (verdict, messages) = match &outcome.verdict {
            Verdict::Passed => ("passed", Vec::new()),
            Verdict::Failed(messages) => ("failed", messages.clone()),
            Verdict::Skipped(message) => ("skipped", vec![message.clone()]),
        };
        let ids = |ids: &[TraceId]| ids.iter().map(ToString::to_string).collect();
        Self {
            caption: outcome.caption.clone(),
            verdict,
            messages,
            part: outcome.part.clone(),
            wrote: outcome.wrote.clone(),
            traces: ids(&outcome.traces),
            unsampled: ids(&outcome.unsampled),
            callers: outcome.callers.iter().map(ToString::to_string).collect(),
            share: outcome.share,
            samplers: outcome.samplers.clone(),
        }
    }
}
