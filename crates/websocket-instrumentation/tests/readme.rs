//! The dependencies in the README must be those that the crate is built with.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use toml::Table;

const README: &str = include_str!("../README.md");
const OWN: &str = include_str!("../Cargo.toml");
const WORKSPACE: &str = include_str!("../../../Cargo.toml");

fn dependencies() -> Table {
    let (_, block) = README.split_once("```toml\n").unwrap();
    let manifest: Table = block.split_once("```").unwrap().0.parse().unwrap();
    manifest["dependencies"].as_table().unwrap().clone()
}

fn own() -> Table {
    OWN.parse().unwrap()
}

fn workspace() -> Table {
    WORKSPACE.parse::<Table>().unwrap()["workspace"].as_table().unwrap().clone()
}

/// Returns the version in a dependency entry of either form.
fn version(entry: &toml::Value) -> &str {
    entry.as_str().or_else(|| entry.get("version")?.as_str()).unwrap()
}

#[test]
fn the_crate_is_found_by_its_name_with_the_features_that_it_has() {
    let dependencies = dependencies();
    let own_name = own()["package"]["name"].as_str().unwrap().to_owned();
    let entry = &dependencies[&own_name];
    assert_eq!(entry["git"], workspace()["package"]["repository"]);
    let mut documented: Vec<&str> =
        entry["features"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    documented.sort_unstable();
    let own = own();
    let features: Vec<&String> = own["features"].as_table().unwrap().keys().collect();
    assert_eq!(documented, features);
    assert!(features.iter().all(|name| README.contains(&format!("\n| `{name}` | "))), "each feature has its row");
}

#[test]
fn the_libraries_that_a_feature_is_for_are_asked_for_in_its_versions() {
    let (documented, ours) = (dependencies(), workspace());
    for name in ["axum", "tokio-tungstenite", "futures-util"] {
        let (documented, ours) = (version(&documented[name]), version(&ours["dependencies"][name]));
        assert!(
            ours == documented || ours.starts_with(&format!("{documented}.")),
            "{name}: {documented} is documented, {ours} is what is built"
        );
    }
    for name in ["axum", "tungstenite", "opentelemetry"] {
        let minor = version(&ours["dependencies"][name]).split('.').take(2).collect::<Vec<_>>().join(".");
        assert!(README.contains(&minor), "{name} {minor}");
    }
}
