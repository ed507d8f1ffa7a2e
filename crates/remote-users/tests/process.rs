//! Tests `remote-users` as a process: start, invalid settings, a port in use, and a stop by SIGTERM.

use std::process::Command;

use telemetry::testing::otlp_sink::OtlpSink;
use telemetry::testing::process::ServiceProcess;

const PROGRAM: &str = env!("CARGO_BIN_EXE_remote-users");

#[test]
fn every_bad_variable_is_named_in_one_go() {
    let output = Command::new(PROGRAM)
        .env_clear()
        .envs([("LAB_SEED", "many"), ("LAB_REMOTE_USERS_HTTP", "70000"), ("LAB_LISTEN", "here")])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(64), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    for (name, value) in [("LAB_SEED", "many"), ("LAB_REMOTE_USERS_HTTP", "70000"), ("LAB_LISTEN", "here")] {
        assert!(lines.iter().any(|line| line.contains(name) && line.contains(value)), "{name} in {text}");
    }
}

#[test]
fn a_port_that_is_taken_is_one_line_with_the_address() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let output = Command::new(PROGRAM)
        .env_clear()
        .envs([("LAB_REMOTE_USERS_HTTP", address.port().to_string().as_str()), ("LAB_REMOTE_USERS_ADMIN", "0")])
        .envs([("OTEL_TRACES_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none")])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains(&address.to_string()), "{text}");
}

#[tokio::test]
async fn sigterm_ends_it_with_every_span_exported() {
    let sink = OtlpSink::start().await;
    let mut service = ServiceProcess::spawn(
        PROGRAM,
        &[
            ("LAB_REMOTE_USERS_HTTP", "0"),
            ("LAB_REMOTE_USERS_ADMIN", "0"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", sink.endpoint()),
        ],
    );
    service.ready().await;
    let address = service.address("address").await;
    for _ in 0..3 {
        assert_eq!(reqwest::get(format!("http://{address}/get_users")).await.unwrap().status(), 200);
    }
    service.terminate();
    service.notified("STOPPING=1").await;
    let ended = service.ended().await;
    assert!(ended.status.success());
    let last = ended.log.last().unwrap();
    assert_eq!(last["event"], "shutdown_report");
    assert_eq!((&last["ended"], &last["exported"]), (&3.into(), &3.into()), "{last}");
    assert_eq!(sink.spans(), 3);
}
