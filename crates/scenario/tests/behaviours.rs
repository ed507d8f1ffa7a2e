//! The bootcamp's behaviors: each is covered by a scenario, or waived with a reason.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use scenario::{Case, Topology};
use serde::Deserialize;

/// `vm-tests/behaviours.toml`: every behavior of the original, and those that the lab does not show.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Behaviours {
    /// Id → what the original does, in the lab's names.
    behaviours: BTreeMap<String, String>,
    /// Id → why it is not shown.
    #[serde(default)]
    waived: BTreeMap<String, String>,
}

impl Behaviours {
    fn load() -> Self {
        toml::from_str(&std::fs::read_to_string(root().join("vm-tests/behaviours.toml")).unwrap()).unwrap()
    }

    /// The differences between this list and the key `covers` of the scenarios.
    fn differences(&self, covered: &BTreeSet<String>) -> Vec<String> {
        let [listed, waived] = [&self.behaviours, &self.waived].map(|ids| ids.keys().cloned().collect::<BTreeSet<_>>());
        let shown: BTreeSet<String> = covered.union(&waived).cloned().collect();
        let unknown = shown.difference(&listed).map(|id| format!("{id} is not listed"));
        let twice = covered.intersection(&waived).map(|id| format!("{id} is covered and waived"));
        let missing = listed.difference(&shown).map(|id| format!("{id} is neither covered nor waived"));
        unknown.chain(twice).chain(missing).collect()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every behavior in the key `covers` of a scenario.
fn covered() -> BTreeSet<String> {
    let scenarios = scenario::all(&root(), &Topology::load(&root(), 0).unwrap()).unwrap();
    let cases = scenarios.iter().flat_map(|scenario| [scenario.cases(), scenario.planted_faults()].concat());
    cases.flat_map(covered_by).collect()
}

fn covered_by(case: Case) -> Vec<String> {
    let of_steps = case.steps.into_iter().map(|step| step.covers);
    let of_background = case.background.into_iter().map(|background| background.covers);
    let of_absent = case.absent.into_iter().map(|absent| absent.covers);
    let of_secrets = case.secrets.into_iter().map(|secret| secret.covers);
    let of_metrics = case.metrics.into_iter().map(|metric| metric.covers);
    let of_removal = case.removes.into_iter().map(|removes| removes.covers);
    let of_traces = of_steps.chain(of_background).chain(of_absent).chain(of_secrets);
    of_traces.chain(of_metrics).chain(of_removal).flatten().collect()
}

#[test]
fn every_behaviour_of_the_bootcamp_is_covered_or_waived() {
    let behaviours = Behaviours::load();
    let families = "B1-01 … B1-10, B2-01 … B2-07, B3-01 … B3-04, B4-01 … B4-05, B5-01, B5-02";
    assert_eq!(behaviours.behaviours.len(), 28, "{families}");
    assert_eq!(behaviours.differences(&covered()), Vec::<String>::new());
}

#[test]
fn a_behaviour_that_nothing_covers_is_named() {
    let mut behaviours = Behaviours::load();
    behaviours.behaviours.insert("B9-01".to_owned(), "new".to_owned());
    behaviours.waived.insert("B1-01".to_owned(), "no reason".to_owned());
    behaviours.behaviours.remove("B1-02");
    assert_eq!(
        behaviours.differences(&covered()),
        ["B1-02 is not listed", "B1-01 is covered and waived", "B9-01 is neither covered nor waived"]
    );
}
