//! What must never get into the dependency tree, because nothing else would notice.

use std::process::Command;

/// All versions of a package in the workspace's lock file.
fn versions(package: &str) -> Vec<String> {
    let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock")).unwrap();
    let name = format!("name = \"{package}\"");
    let lines: Vec<&str> = lock.lines().collect();
    lines.windows(2).filter(|pair| pair[0] == name).map(|pair| pair[1].to_owned()).collect()
}

#[test]
fn there_is_exactly_one_version_of_opentelemetry() {
    // Two versions compile, each with globals of its own, and context is lost between them without a word.
    for package in ["opentelemetry", "opentelemetry_sdk", "opentelemetry-semantic-conventions", "tracing-opentelemetry"]
    {
        assert_eq!(versions(package).len(), 1, "{package}: {:?}", versions(package));
    }
}

#[test]
fn the_exporter_has_the_blocking_client_only() {
    // Features add up over the workspace: any crate could turn the async client on, and the batch thread would panic.
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--frozen", "--workspace", "--edges", "normal", "--prefix", "none"])
        .args(["--invert", "opentelemetry-otlp", "--depth", "0", "--format", "{p} {f}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(tree.stdout).unwrap();
    let features: Vec<&str> = text.split([' ', ',', '\n']).collect();
    assert!(features.contains(&"reqwest-blocking-client"), "{text}{}", String::from_utf8_lossy(&tree.stderr));
    for async_client in ["reqwest-client", "hyper-client", "grpc-tonic"] {
        assert!(!features.contains(&async_client), "{async_client} is on: {text}");
    }
}
