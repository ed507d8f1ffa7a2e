//! The report of one case, as the one JSON document of `--json`, and read back from it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use trace_assert::Trace;

use crate::finding::with_text;
use crate::step_result::{StepResult, StepVerdict};
use crate::verdict::Verdict;
use ledger::{LedgerFinding, Pending, Settled, Total, Unfinished, Unsettled};
use scenario::Case;

/// The version of the report's form.
pub const SCHEMA: u32 = 1;

/// What a run of one case found.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// The version of this form: [`SCHEMA`].
    pub schema: u32,
    /// The scenario.
    pub scenario: String,
    /// Its variant, if it is one.
    pub variant: Option<String>,
    /// What took how long.
    pub phases: Vec<Phase>,
    /// Every sentence of the scenario and what became of it.
    pub steps: Vec<StepResult>,
    /// The ledger, if the run settled.
    pub ledger: Option<Total>,
    /// What is known of it, if the run did not settle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<Unfinished>,
    /// What is wrong with the ledger.
    #[serde(default, serialize_with = "with_text")]
    pub findings: Vec<LedgerFinding>,
    /// What the ledger waited for, the latest entries.
    #[serde(default, serialize_with = "with_text")]
    pub waited_for: Vec<Pending>,
    /// Where to look.
    pub links: BTreeMap<String, String>,
    /// The folder with logs, traces and this report.
    pub folder: Option<PathBuf>,
    /// What the run lacks of the failure that its variant expects; nothing where no fault is planted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmet: Option<Vec<String>>,
    /// The verdict of the run.
    pub verdict: Verdict,
    /// Every trace of the run that is stored, as far as the store could be read; a file of its own.
    #[serde(skip)]
    pub traces: Vec<Trace>,
}

/// A phase of a run and how long it took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Phase {
    /// Its name: `up`, `check`, `down`.
    pub name: String,
    /// How long it took.
    pub seconds: f64,
}

impl Report {
    /// The report of a check, compared with the failure that a planted fault must lead to.
    pub(crate) fn new(
        case: &Case,
        steps: Vec<StepResult>,
        settled: &Result<Settled, Unsettled>,
        traces: Vec<Trace>,
    ) -> Self {
        let mut report = Self {
            schema: SCHEMA,
            scenario: case.scenario.clone(),
            variant: case.variant.clone(),
            steps,
            traces,
            ..Self::default()
        };
        match settled {
            Ok(settled) => {
                report.ledger = Some(settled.total.clone());
                report.findings = settled.findings();
                report.waited_for = settled.waited_for.clone();
            }
            Err(unsettled) => {
                report.findings = unsettled.findings.clone();
                report.unfinished = unsettled.unfinished.clone();
            }
        }
        report.verdict = Verdict::new(&report.steps, &report.findings);
        let failure = case.expected_failure.as_ref();
        report.unmet = failure.map(|failure| failure.unmet(&serde_json::to_value(&report).unwrap_or_default()));
        report
    }

    /// How many steps passed, failed and were skipped; the ledger counts as one of them.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let of = |verdict: StepVerdict| self.steps.iter().filter(|step| step.verdict == verdict).count();
        let ledger = usize::from(self.findings.is_empty());
        (of(StepVerdict::Passed) + ledger, of(StepVerdict::Failed) + 1 - ledger, of(StepVerdict::Skipped))
    }
}
