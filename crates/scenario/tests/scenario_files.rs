//! Scenario files: those of the repository are valid, and what a valid file means. `messages.rs` holds the errors of the others.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};

use scenario::topology::Topology;
use scenario::{ExpectedFailure, Scenario};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn scenarios() -> Vec<Scenario> {
    let topology = Topology::load(&root(), 0).unwrap();
    scenario::all(&root(), &topology).unwrap()
}

/// A scenario that is right, with some lines more.
fn with(lines: &str) -> String {
    format!(
        "title = \"t\"\nsummary = \"t\"\nexport = \"jaeger\"\n[nodes]\napp = [\"items\", \"jaeger\", \"agent\"]\n{lines}"
    )
}

#[test]
fn every_scenario_has_a_lesson() {
    for scenario in scenarios() {
        assert!(scenario.folder.join("README.md").is_file(), "{} has no README.md", scenario.folder.display());
    }
}

#[test]
fn a_variant_with_a_planted_fault_says_how_it_is_detected() {
    for case in scenarios().iter().flat_map(|scenario| &scenario.variants) {
        let name = case.variant.as_deref().unwrap();
        assert_eq!(case.expected_failure.is_some(), name.starts_with("broken-"), "{name}");
        let says_how = |failure: &ExpectedFailure| {
            !failure.findings.is_empty() || failure.rejected_by.is_some() || failure.exit == 0
        };
        assert!(case.expected_failure.iter().all(says_how), "{name} does not say how");
    }
}

#[test]
fn a_variant_keeps_what_only_the_scenario_can_set() {
    let scenarios = scenarios();
    assert!(scenarios.iter().any(|scenario| !scenario.plain.secrets.is_empty()));
    for scenario in scenarios {
        for case in scenario.variants {
            assert_eq!(case.secrets.len(), scenario.plain.secrets.len(), "{}", case.title);
            assert_eq!(case.absent.len(), scenario.plain.absent.len(), "{}", case.title);
            assert_eq!((case.parts, case.export), (scenario.plain.parts.clone(), scenario.plain.export.clone()));
        }
    }
}

#[test]
fn a_collector_may_be_told_what_its_layers_read_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("vm-tests/mine");
    fs::create_dir_all(&own).unwrap();
    fs::write(own.join("a.yaml"), "a: ${env:LAB_MINE:-1s}\nb: ${env:LAB_OTHER}\n").unwrap();
    fs::write(own.join("b.yaml"), "c: ${env:LAB_VARIED}\n").unwrap();
    let load = |name: &str| {
        let variant = "[[variant]]\nname = \"v\"\ncaption = \"v\"\n[variant.layers]\nagent = [\"./b.yaml\"]\n";
        let set = format!("[environment.agent]\nMY_OWN = \"1\"\n{name} = \"1\"\n");
        let lines = format!("[layers]\nagent = [\"./a.yaml\"]\n{set}{variant}");
        fs::write(own.join("scenario.toml"), with(&lines)).unwrap();
        Scenario::load(folder.path(), &own, &Topology::load(&root(), 0).unwrap()).map_err(|error| error.to_string())
    };
    for name in [
        "LAB_MINE",
        "LAB_OTHER",
        "LAB_VARIED",
        "LAB_JAEGER_HOST",
        "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_GO_X_OBSERVABILITY",
    ] {
        assert!(load(name).is_ok(), "{name}: {:?}", load(name));
    }
    for name in ["LAB_MINES", "LAB_DEFECT"] {
        let error = load(name).unwrap_err();
        assert!(error.contains(&format!(":10: `{name}`: part `agent` does not read this variable")), "{error}");
    }
}

#[test]
fn a_layer_is_one_of_the_labs_or_of_the_scenarios_own_folder() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("vm-tests/mine");
    fs::create_dir_all(&own).unwrap();
    fs::create_dir_all(folder.path().join("collector")).unwrap();
    fs::write(own.join("scenario.toml"), with("[layers]\nagent = [\"agent.yaml\", \"./agent.yaml\"]\n")).unwrap();
    let files = [folder.path().join("collector/agent.yaml"), own.join("agent.yaml")];
    for file in &files {
        fs::write(file, "").unwrap();
    }
    let scenario = Scenario::load(folder.path(), &own, &Topology::load(&root(), 0).unwrap()).unwrap();
    assert_eq!(scenario.plain.layers["agent"], files);
}
