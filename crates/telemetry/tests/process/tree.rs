//! Tests the dependency tree for versions and features that break telemetry without a compiler error.

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
    // Two versions compile. Each has its own globals, and context is lost between them silently.
    for package in ["opentelemetry", "opentelemetry_sdk", "opentelemetry-semantic-conventions", "tracing-opentelemetry"]
    {
        assert_eq!(versions(package).len(), 1, "{package}: {:?}", versions(package));
    }
}

#[test]
fn the_exporter_has_the_blocking_client_only() {
    // Cargo unifies features across the workspace. Any crate could enable the asynchronous client, and the batch
    // thread would panic.
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
