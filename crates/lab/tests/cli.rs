//! The command line: exit codes, help and messages. No test here starts a scenario.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::process::{Command, Output};

/// An offset to ports on which nothing listens. It is not next to a round number, which another lab may use.
const UNUSED: &str = "9850";

fn lab(arguments: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    command.args(arguments).current_dir(root).env_remove("LAB_ROOT").env_remove("LAB_PORT_OFFSET");
    command.env_remove("LAB_DEADLINE").output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Everything that a command prints, with its exit code.
fn printed(arguments: &[&str]) -> String {
    let output = lab(arguments);
    let (code, stdout) = (output.status.code().unwrap(), String::from_utf8_lossy(&output.stdout).into_owned());
    format!("$ lab {}\n{stdout}{}exit code {code}\n\n", arguments.join(" "), stderr(&output))
}

#[test]
fn the_help_of_every_command_fits_into_80_columns() {
    let commands = ["run", "up", "check", "test", "setup", "list", "trace", "explain", "exec", "clean", "supervise"];
    let help = lab(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    let mut text = format!("$ lab --help\n{}\n", String::from_utf8(help.stdout).unwrap());
    for command in commands {
        let help = String::from_utf8(lab(&[command, "--help"]).stdout).unwrap();
        text.push_str(&format!("$ lab {command} --help\n{help}\n"));
    }
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    insta::assert_snapshot!("help", text);
}

#[test]
fn messages_of_errors_with_their_exit_codes() {
    let texts = [
        &["rnu"][..],
        &["run"],
        &["run", "3", "--repeat", "0"],
        &["run", "3", "--port-offset", "70000"],
        &["list", "--port-offset", "9857"],
        &["run", "scenario9"],
        &["run", "2", "--variant", "lnik"],
        &["run", "scenario1", "--save", "/nowhere/at/all.jsonl"],
        &["list", "--root", "/nowhere"],
        &["trace", "xyz"],
        &["explain", "abc"],
        &["exec", "rediss", "--", "redis-cli"],
        &["exec", "redis"],
        &["exec", "gateway", "--", "echo", "{gateway:zpage}"],
        &["exec", "redis", "--port-offset", UNUSED, "--", "true"],
    ];
    insta::assert_snapshot!("errors", texts.map(printed).concat());
}

#[test]
fn a_cache_without_a_place_is_an_error_before_anything_is_removed() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    let root = root(&[]);
    command.arg("clean").current_dir(root.path()).env_remove("LAB_ROOT");
    let output = command.env_remove("LAB_CACHE").env_remove("XDG_CACHE_HOME").env_remove("HOME").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stderr(&output), "lab: cannot locate the cache: set LAB_CACHE, XDG_CACHE_HOME or HOME\n");
    assert!(root.path().join("target/lab/broken").exists());
}

#[test]
fn an_offset_that_moves_every_port_to_a_valid_one_is_accepted() {
    assert_eq!(lab(&["list", "--port-offset", "9856"]).status.code(), Some(0));
}

#[test]
fn a_folder_that_is_no_lab_is_64() {
    let empty = tempfile::tempdir().unwrap();
    let output = lab(&["list", "--root", empty.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(64));
    assert!(stderr(&output).contains("topology.toml"), "{}", stderr(&output));
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    let output = command.arg("list").current_dir(empty.path()).env_remove("LAB_ROOT").output().unwrap();
    assert_eq!(output.status.code(), Some(64));
    assert!(stderr(&output).starts_with("lab: cannot find topology.toml in "), "{}", stderr(&output));
}

/// A root with a topology, and a past run with these files.
fn root(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let run = root.path().join("target/lab/broken");
    std::fs::create_dir_all(&run).unwrap();
    std::fs::create_dir_all(root.path().join("vm-tests")).unwrap();
    let topology = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../topology.toml");
    std::fs::copy(topology, root.path().join("topology.toml")).unwrap();
    for (name, text) in files {
        std::fs::write(run.join(name), text).unwrap();
    }
    root
}

const ID: &str = "00000000000000000000000000000001";

#[test]
fn a_trace_that_is_neither_stored_nor_saved_is_4() {
    let root = root(&[]);
    let output = lab(&["trace", ID, "--port-offset", UNUSED, "--root", root.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(4));
    let text = stderr(&output);
    assert!(text.starts_with(&format!("lab: cannot find trace {ID}: ")), "{text}");
    assert!(text.ends_with("target/lab contains it\n"), "{text}");
}

#[test]
fn a_saved_trace_that_is_broken_is_1_and_named() {
    let broken = format!("{{ {ID} is no JSON");
    let root = root(&[("report.json", "{}"), ("traces.jsonl", &broken)]);
    let output = lab(&["trace", ID, "--port-offset", UNUSED, "--root", root.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("target/lab/broken/traces.jsonl: "), "{}", stderr(&output));
}

#[test]
fn an_unknown_trace_is_explained_and_4() {
    let root = root(&[]);
    let output = lab(&["explain", ID, "--port-offset", UNUSED, "--root", root.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(4));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let expected =
        format!("trace {ID}\n no lab is running (no response with port offset {UNUSED}), and the trace is not in ");
    assert!(text.starts_with(&expected) && text.ends_with("target/lab\n"), "{text}");
}

#[test]
fn checking_parts_that_do_not_run_is_4() {
    let output = lab(&["check", "scenario1", "--port-offset", UNUSED]);
    assert_eq!(output.status.code(), Some(4));
    let text = stderr(&output);
    let expected = "lab: the environment is not ready: cannot read jaeger at http://127.0.0.1:";
    assert!(text.starts_with(expected) && text.contains("/metrics: no response: "), "{text}");
}

#[test]
fn the_list_is_one_document_for_machines() {
    let output = lab(&["list", "--json"]);
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(list[1]["scenario"], "scenario2");
    assert_eq!(list[1]["variants"][0]["name"], "link");
    assert!(output.stderr.is_empty());
}

#[test]
fn colours_are_for_terminals_only() {
    let output = lab(&["list"]);
    assert!(!String::from_utf8(output.stdout).unwrap().contains('\x1b'));
}
