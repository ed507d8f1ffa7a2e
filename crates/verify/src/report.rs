//! The report of one case, as the one JSON document of `--json`, and read back from it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::findings::Findings;
use crate::step_result::{StepResult, StepVerdict};
use crate::verdict::Verdict;
use crate::with_text::with_text;
use ledger::{LedgerFinding, Pending, Total, Unfinished};
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
    /// The ledger, if it closed.
    pub ledger: Option<Total>,
    /// What is known of it, if it did not close.
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
    /// The report of what a check found.
    #[must_use]
    pub fn new(play: &Case, found: &Findings) -> Self {
        let (ledger, findings, waited_for) = match &found.ledger {
            Ok(settled) => (Some(settled.total.clone()), settled.findings(), settled.waited_for.clone()),
            Err(unsettled) => (None, unsettled.findings.clone(), Vec::new()),
        };
        let unfinished = found.ledger.as_ref().err().and_then(|unsettled| unsettled.unfinished.clone());
        Self {
            schema: SCHEMA,
            scenario: play.scenario.clone(),
            variant: play.variant.clone(),
            phases: Vec::new(),
            verdict: Verdict::new(&found.outcomes, &findings),
            steps: found.outcomes.clone(),
            ledger,
            unfinished,
            findings,
            waited_for,
            links: BTreeMap::new(),
            folder: None,
            unmet: None,
        }
        .with_unmet(play)
    }

    /// Compares the report with the failure that a planted fault must lead to.
    fn with_unmet(mut self, play: &Case) -> Self {
        let failure = play.expected_failure.as_ref();
        self.unmet = failure.map(|failure| failure.unmet(&serde_json::to_value(&self).unwrap_or_default()));
        self
    }

    /// How many sentences passed, failed and were skipped; the ledger is one of them.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let of = |verdict: StepVerdict| self.steps.iter().filter(|step| step.verdict == verdict).count();
        let ledger = usize::from(self.findings.is_empty());
        (of(StepVerdict::Passed) + ledger, of(StepVerdict::Failed) + 1 - ledger, of(StepVerdict::Skipped))
    }
}
