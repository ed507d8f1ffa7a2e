//! The result of one thing that was checked, for the report and read back from it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use trace_assert::{SpanId, TraceId};

use crate::finding::{Finding, with_text};
use crate::share::Share;
use ledger::sampler_state::SamplerState;

/// The result of one step, background trace, absence, metric or search for secrets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StepResult {
    /// The sentence of the scenario.
    pub caption: String,
    /// Whether it is proved.
    pub verdict: StepVerdict,
    /// What is wrong; empty unless it failed.
    #[serde(default, serialize_with = "with_text")]
    pub findings: Vec<Finding>,
    /// Why it was skipped, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<SkipReason>,
    /// The part that got the request, if there was one.
    pub part: Option<String>,
    /// The part that was given another file, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrote: Option<String>,
    /// The traces that it is about.
    pub traces: Vec<TraceId>,
    /// Those of them that the service which responded did not sample.
    pub unsampled: Vec<TraceId>,
    /// The spans that `lab` named as their parents; they are stored nowhere.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub callers: BTreeSet<SpanId>,
    /// How many of the traces are stored, and how many may be, where chance decides that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
    /// The head sampler of each service, right after the step.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub samplers: BTreeMap<String, SamplerState>,
}

/// The verdict about something that was checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepVerdict {
    /// It was proved.
    #[default]
    Passed,
    /// It was refuted.
    Failed,
    /// It could not be checked.
    Skipped,
}

/// Why something could not be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// The step needs a runner that can stop parts.
    #[error("the fault of this step needs control over the parts: use `lab run`, or `lab check --control FOLDER`")]
    NeedsControl,
    /// The run did not settle, so no trace can be judged.
    #[error("not checked, because the run did not settle")]
    #[serde(rename = "ledger_open")]
    NotSettled,
    /// The metric counts what skipped steps would have done.
    #[error("the metric counts requests of steps that were skipped")]
    CountsSkippedSteps,
}

impl StepResult {
    /// A result that is about no trace: passed without findings, failed with some.
    #[must_use]
    pub fn plain(caption: &str, findings: Vec<Finding>) -> Self {
        let verdict = if findings.is_empty() { StepVerdict::Passed } else { StepVerdict::Failed };
        Self { caption: caption.to_owned(), verdict, findings, ..Self::default() }
    }

    /// A result of something that was not checked.
    #[must_use]
    pub fn skipped(caption: &str, reason: SkipReason) -> Self {
        Self { verdict: StepVerdict::Skipped, skipped: Some(reason), ..Self::plain(caption, Vec::new()) }
    }

    /// What is wrong, or why it was skipped, as messages.
    #[must_use]
    pub fn messages(&self) -> Vec<String> {
        let findings = self.findings.iter().map(ToString::to_string);
        findings.chain(self.skipped.iter().map(ToString::to_string)).collect()
    }
}
