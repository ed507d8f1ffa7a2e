//! `lab exec`: the tool's arguments, environment, input, exit code and signals, and what is reported when it cannot run.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod real_redis;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use runner::native::Native;

/// A `lab exec` with these arguments, run in the repository.
fn exec(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    command.arg("exec").args(arguments).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    command.env_remove("LAB_ROOT").env_remove("LAB_PORT_OFFSET");
    command
}

/// A listener that stands for a part, and the number of its port.
fn part() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    (listener, port)
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_tool_gets_urls_in_its_arguments_and_every_address_in_its_environment() {
    let (_gateway, port) = part();
    let script = "echo $1 $LAB_GATEWAY_ZPAGES $LAB_REMOTE_USERS_HOST $LAB_REMOTE_USERS_ADMIN ${LAB_PORT_OFFSET-unset}";
    let arguments =
        ["gateway", "--port-offset", "0", "--", "sh", "-c", script, "sh", "{gateway:zpages}/debug/pipelinez"];
    let output = exec(&arguments).env("LAB_GATEWAY_ZPAGES", &port).env("LAB_PORT_OFFSET", "0").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let expected = format!("http://127.0.0.1:{port}/debug/pipelinez {port} 127.0.0.1 9465 unset\n");
    assert_eq!(stdout(&output), expected);
}

#[test]
fn input_reaches_the_tool_and_its_exit_code_is_returned() {
    let (_items, port) = part();
    let mut command = exec(&["items", "--", "sh", "-c", "cat; echo broken >&2; exit 7"]);
    command.env("LAB_ITEMS_HTTP", &port).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"a line\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(7), "a line\n"));
    assert_eq!(stderr(&output), "broken\n");
}

#[test]
fn the_signal_that_ended_the_tool_is_added_to_128() {
    let (_items, port) = part();
    let output = exec(&["items", "--", "sh", "-c", "kill -9 $$"]).env("LAB_ITEMS_HTTP", &port).output().unwrap();
    assert_eq!(output.status.code(), Some(137));
}

/// Starts a tool in a group of its own, as a shell does, and waits for its first line.
fn started(mut command: Command) -> Child {
    let mut child = command.stdout(Stdio::piped()).process_group(0).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.is_empty(), "the tool ended before it wrote a line");
    child
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(child.id().try_into().unwrap())
}

#[test]
fn signals_to_lab_reach_the_tool() {
    let (_items, port) = part();
    for (signal, script, code) in [
        (Signal::SIGINT, "echo started; exec sleep 60", 130),
        (Signal::SIGTERM, "echo started; exec sleep 60", 143),
        (Signal::SIGHUP, "trap 'kill %1; exit 5' HUP; sleep 60 & echo started; wait", 5),
    ] {
        let mut command = exec(&["items", "--", "sh", "-c", script]);
        command.env("LAB_ITEMS_HTTP", &port);
        let mut child = started(command);
        kill(pid(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signal}");
    }
}

#[test]
fn a_tool_is_required() {
    for arguments in [&["redis"][..], &["redis", "--"], &["redis", "redis-cli"]] {
        let output = exec(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(64), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn a_tool_that_is_missing_is_4_and_the_searched_places_are_listed() {
    let mut command = exec(&["redis", "--", "redis-cli", "PING"]);
    let output = command.env("PATH", "/nowhere").env("LAB_CACHE", "/no/cache").output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(
        stderr(&output),
        "lab: cannot find `redis-cli`: neither on PATH (/nowhere) nor in the lab's cache (/no/cache/tools)\n\
         run `cargo lab setup` to put it into the cache, or add its folder to PATH\n"
    );
}

#[test]
fn a_part_that_is_not_up_is_4_and_the_command_that_starts_it_is_named() {
    let output = exec(&["gateway", "--port-offset", "9850", "--", "sh", "-c", "exit 0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(stderr(&output).ends_with("\nstart it: cargo lab up scenario3 --port-offset 9850\n"));
}

#[tokio::test]
async fn redis_cli_reaches_the_parts_redis_and_monitor_ends_with_ctrl_c() {
    let dir = tempfile::tempdir().unwrap();
    let Some(plan) = real_redis::plan(dir.path()).await else { return };
    let port = plan.parts[0].ports["tcp"].to_string();
    let mut native = Native::up(plan, |_, _| {}).await.unwrap();
    let cli = |arguments: &[&str]| {
        let mut command = exec(&[&["redis", "--", "redis-cli"], arguments].concat());
        command.env("LAB_REDIS_TCP", &port);
        command
    };
    assert_eq!(stdout(&cli(&["SET", "users", "{a:b}"]).output().unwrap()), "OK\n");
    assert_eq!(stdout(&cli(&["GET", "users"]).output().unwrap()), "{a:b}\n");
    assert_eq!(cli(&["-e", "PAPYRUS"]).output().unwrap().status.code(), Some(1));
    let mut monitor = started(cli(&["MONITOR"]));
    // The terminal sends Ctrl-C to the whole group.
    killpg(pid(&monitor), Signal::SIGINT).unwrap();
    assert_eq!(monitor.wait().unwrap().code(), Some(130));
    native.down().await;
}
