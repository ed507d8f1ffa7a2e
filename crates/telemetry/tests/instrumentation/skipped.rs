//! Tests what happens to a test that needs Redis on a machine without it: it is reported, and fails under `CI=true`.

use std::process::{Command, Output};

/// A test that needs Redis.
const TEST: &str = "redis_commands::an_error_of_redis_is_named_by_its_prefix";

/// Runs one test of this program in a process of its own, whose `PATH` has no programs.
fn without_redis(ci: Option<&str>) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", TEST]).env("PATH", "/nowhere").env_remove("CI");
    command.envs(ci.map(|ci| ("CI", ci))).output().unwrap()
}

#[test]
fn a_skipped_test_is_named() {
    let Output { status, stderr, .. } = without_redis(None);
    assert!(status.success());
    let expected = format!("SKIPPED: {TEST}: redis-server is not on the PATH\n");
    assert_eq!(String::from_utf8(stderr).unwrap(), expected);
}

#[test]
fn under_continuous_integration_a_skipped_test_fails() {
    let output = without_redis(Some("true"));
    assert!(!output.status.success(), "{output:?}");
}
