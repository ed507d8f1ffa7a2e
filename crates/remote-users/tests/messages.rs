//! Snapshots of what the executable prints when it does not start, and of its log lines. The other services print the
//! same lines.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::net::TcpListener;
use std::process::Command;

use telemetry::testing::process::ServiceProcess;

const PROGRAM: &str = env!("CARGO_BIN_EXE_remote-users");

/// Runs the executable. Returns its output and its exit code.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(PROGRAM);
    let output = command.args(arguments).env_clear().envs(variables.iter().copied()).output().unwrap();
    let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let list: Vec<String> = variables.iter().map(|(name, value)| format!("{name}={value} ")).collect();
    let (variables, arguments) = (list.concat(), arguments.concat());
    let code = output.status.code().unwrap();
    format!("$ {variables}remote-users {arguments}\n{stdout}{stderr}exit code {code}\n").replace(" \n", "\n")
}

#[test]
fn start_failures() {
    let in_use = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = in_use.local_addr().unwrap().port().to_string();
    let ports = |http| [("LAB_REMOTE_USERS_HTTP", http), ("LAB_REMOTE_USERS_ADMIN", "0")];
    let exporter = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://[")];
    let outputs = [
        run(&["--version"], &[]).replace(env!("CARGO_PKG_VERSION"), "VERSION"),
        run(&["--help"], &[]).replace(env!("CARGO_PKG_VERSION"), "VERSION"),
        run(&["--port"], &[]),
        run(&[], &[("LAB_SEED", "many"), ("LAB_REMOTE_USERS_HTTP", "70000"), ("LAB_LISTEN", "here")]),
        run(&[], &ports(&port)).replace(&port, "8001"),
        run(&[], &[&ports("0")[..], &exporter[..]].concat()),
    ];
    insta::assert_snapshot!(outputs.join("\n"));
}

#[tokio::test]
async fn log_of_a_start_and_a_stop() {
    let ports = [("LAB_REMOTE_USERS_HTTP", "0"), ("LAB_REMOTE_USERS_ADMIN", "0"), ("LAB_REDACTION", "off")];
    let exporters = [("OTEL_TRACES_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none"), ("OTEL_PROPAGATORS", "b3")];
    let mut service = ServiceProcess::spawn(PROGRAM, &[ports, exporters].concat());
    service.ready().await;
    service.terminate();
    let ended = service.ended().await;
    let text = |line: &serde_json::Value, field: &str| line[field].as_str().unwrap_or_default().to_owned();
    let lines = ended.log.iter().map(|line| format!("{} {}", text(line, "level"), text(line, "message")));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}
