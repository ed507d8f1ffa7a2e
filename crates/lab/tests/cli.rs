//! The command line: exit codes and exact output. No test here starts a scenario.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::process::{Command, Output};

fn lab(arguments: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    command.args(arguments).current_dir(root).env_remove("LAB_ROOT").env_remove("LAB_PORT_OFFSET");
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn help_lists_the_exit_codes_and_ends_with_0() {
    let output = lab(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    for line in ["  2    an expectation, a law or the ledger was refuted", "  130  interrupted"] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn bad_usage_is_64_and_not_2() {
    for arguments in [&["rnu"][..], &["run"], &["run", "3", "--repeat", "0"], &["run", "3", "--port-offset", "70000"]] {
        let output = lab(arguments);
        assert_eq!(output.status.code(), Some(64), "{arguments:?}: {}", said(&output));
        assert!(said(&output).starts_with("error: "), "{}", said(&output));
    }
}

#[test]
fn an_offset_that_moves_a_port_past_the_last_is_bad_usage() {
    let output = lab(&["list", "--port-offset", "9857"]);
    assert_eq!(output.status.code(), Some(64));
    let text = said(&output);
    assert!(
        text.starts_with("lab: the port offset 9857 is too large: port `zpages` of part `gateway` would be 65536,"),
        "{text}"
    );
    assert_eq!(lab(&["list", "--port-offset", "9856"]).status.code(), Some(0));
}

#[test]
fn an_unknown_scenario_is_named_beside_those_there_are() {
    let output = lab(&["run", "scenario9"]);
    assert_eq!(output.status.code(), Some(64));
    let text = said(&output);
    assert!(text.starts_with("lab: unknown scenario `scenario9`: expected one of scenario1, scenario2, "), "{text}");
}

#[test]
fn an_unknown_variant_is_named_beside_those_there_are() {
    let output = lab(&["run", "2", "--variant", "lnik"]);
    assert_eq!(output.status.code(), Some(64));
    let text = said(&output);
    assert!(
        text.starts_with("lab: unknown variant `lnik` (") && text.ends_with("scenario.toml has: link)\n"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_rehearsed_is_64_before_anything_is_set_up() {
    for (name, says) in [
        ("scenario9", "lab: unknown scenario `scenario9`: expected one of scenario1, "),
        ("9-link", "lab: unknown scenario `9`: expected one of scenario1, "),
        ("scenario2-lnik", "lab: unknown variant `lnik` ("),
        (
            "scenario3-broken-rotten",
            "lab: scenario3-broken-rotten has no machines to play on: its check is built in rung 3",
        ),
    ] {
        let output = lab(&["rehearse", "scenario1", name]);
        assert_eq!(output.status.code(), Some(64));
        assert!(said(&output).starts_with(says), "{}", said(&output));
        assert!(output.stdout.is_empty());
    }
}

/// The message names what is missing: root, Debian, or a program. Here a program is missing at the latest.
#[test]
fn a_machine_that_cannot_rehearse_is_4() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    let output = command.args(["rehearse", "1"]).current_dir(root).env("PATH", "/nowhere").output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(said(&output).starts_with("lab: nothing can be rehearsed here: "), "{}", said(&output));
}

#[test]
fn a_folder_that_is_no_lab_is_64() {
    let empty = tempfile::tempdir().unwrap();
    let output = lab(&["list", "--root", empty.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(64));
    assert!(said(&output).contains("vm-tests/topology.toml: No such file"), "{}", said(&output));
}

#[test]
fn a_trace_id_that_is_none_is_64() {
    let output = lab(&["trace", "xyz"]);
    assert_eq!(output.status.code(), Some(64));
    assert!(said(&output).starts_with("lab: `xyz` is not a trace id (32 hexadecimal digits)"), "{}", said(&output));
}

#[test]
fn a_trace_that_nobody_has_is_4_and_says_who_was_asked() {
    let output = lab(&["trace", "00000000000000000000000000000001", "--port-offset", "8999"]);
    assert_eq!(output.status.code(), Some(4));
    let text = said(&output);
    assert!(text.starts_with("lab: no trace 00000000000000000000000000000001: cannot read jaeger at "), "{text}");
}

#[test]
fn a_saved_trace_that_is_broken_is_1_and_named() {
    let root = tempfile::tempdir().unwrap();
    let run = root.path().join("target/lab/broken");
    std::fs::create_dir_all(&run).unwrap();
    std::fs::create_dir_all(root.path().join("vm-tests")).unwrap();
    let topology = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vm-tests/topology.toml");
    std::fs::copy(topology, root.path().join("vm-tests/topology.toml")).unwrap();
    let id = "00000000000000000000000000000001";
    std::fs::write(run.join("traces.jsonl"), format!("{{ {id} is no JSON")).unwrap();
    let output = lab(&["trace", id, "--port-offset", "8999", "--root", root.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("target/lab/broken/traces.jsonl: "), "{}", said(&output));
}

#[test]
fn a_place_to_save_to_that_cannot_be_is_said_before_anything_runs() {
    let output = lab(&["run", "scenario1", "--save", "/nowhere/at/all.jsonl"]);
    assert_eq!(output.status.code(), Some(64));
    assert!(said(&output).starts_with("lab: --save /nowhere/at/all.jsonl: No such file"), "{}", said(&output));
}

#[test]
fn checking_parts_that_do_not_run_is_4() {
    let output = lab(&["check", "scenario1", "--port-offset", "8999"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(said(&output).contains("cannot read jaeger at http://127.0.0.1:"), "{}", said(&output));
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

#[test]
fn an_id_that_cannot_be_explained_is_64_or_4() {
    let output = lab(&["explain", "abc"]);
    assert_eq!(output.status.code(), Some(64));
    assert!(said(&output).starts_with("lab: `abc` is not a trace id (32 hexadecimal digits)"), "{}", said(&output));
    let id = "0af7651916cd43dd8448eb211c80319c";
    let output = lab(&["explain", id, "--port-offset", "9000"]);
    assert_eq!(output.status.code(), Some(4));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = format!("trace {id}\n no lab is running (port offset 9000: no part answers), and none of the ");
    assert!(text.starts_with(&said) && text.ends_with("target/lab knows it\n"), "{text}");
}
