//! The bootcamp's behaviors: which are covered by a step, and which are waived with a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use crate::document::{self, DocumentError};
use crate::scenario::Scenario;

/// `vm-tests/behaviours.toml`: every behavior of the original, and those that the lab does not show.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviours {
    /// Id → what the original does, in the lab's names.
    pub behaviours: BTreeMap<String, String>,
    /// Id → why it is not shown.
    #[serde(default)]
    pub waived: BTreeMap<String, String>,
}

impl Behaviours {
    /// Reads the list below the lab's root.
    ///
    /// # Errors
    /// When the file is wrong.
    pub fn load(root: &Path) -> Result<Self, DocumentError> {
        document::read(&root.join("vm-tests/behaviours.toml"))
    }

    /// The differences between this list and the key `covers` of the scenarios, one sentence each.
    #[must_use]
    pub fn disagreements(&self, scenarios: &[Scenario]) -> Vec<String> {
        let covered: BTreeSet<&str> = scenarios.iter().flat_map(covers).collect();
        let listed: BTreeSet<&str> = self.behaviours.keys().map(String::as_str).collect();
        let waived: BTreeSet<&str> = self.waived.keys().map(String::as_str).collect();
        let unknown = covered.union(&waived).filter(|id| !listed.contains(*id)).map(|id| format!("{id} is not listed"));
        let twice = covered.intersection(&waived).map(|id| format!("{id} is covered and waived"));
        let missing = listed
            .iter()
            .filter(|id| !covered.contains(*id) && !waived.contains(*id))
            .map(|id| format!("{id} is neither covered nor waived"));
        unknown.chain(twice).chain(missing).collect()
    }
}

/// Every behavior in the key `covers` of a scenario.
fn covers(scenario: &Scenario) -> impl Iterator<Item = &str> {
    let steps = scenario.steps.iter().chain(scenario.variants.iter().flat_map(|variant| &variant.steps));
    let background = scenario.background.iter().chain(scenario.variants.iter().flat_map(|variant| &variant.background));
    let metrics = scenario.metrics.iter().chain(scenario.variants.iter().flat_map(|variant| &variant.metrics));
    let removals = scenario.variants.iter().filter_map(|variant| variant.removes.as_ref());
    steps
        .flat_map(|step| &step.covers)
        .chain(removals.flat_map(|one| &one.covers))
        .chain(background.flat_map(|one| &one.covers))
        .chain(scenario.absent.iter().flat_map(|one| &one.covers))
        .chain(scenario.secrets.iter().flat_map(|one| &one.covers))
        .chain(metrics.flat_map(|one| &one.covers))
        .map(String::as_str)
}
