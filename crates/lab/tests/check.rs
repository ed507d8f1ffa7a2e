//! `lab check` against parts that another program runs: an interruption leaves none of them stopped.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

/// A part without counters, and a store without traces.
const TOPOLOGY: &str = r#"
    [parts.sink]
    role = "redis"
    ports = { http = 1, otlp_http = 2 }
    ready = "notify"
    [parts.jaeger]
    role = "jaeger"
    ports = { query = PORT }
    ready = "notify"
"#;

const SCENARIO: &str = r#"
    title = "t"
    summary = "t"
    export = "sink"
    [nodes]
    app = ["sink"]
    [[step]]
    caption = "the sink is stopped"
    stopped = ["sink"]
    get = "sink /"
"#;

/// Everything here happens within this, or never.
const SOON: Duration = Duration::from_secs(20);

/// Responds to every request as a store without traces does; the port.
fn store() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let body = r#"{"services":[]}"#;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    port
}

/// The next request of `lab check`, which stays under way.
fn request(control: &Path) -> Value {
    let begun = Instant::now();
    loop {
        if let Ok(text) = fs::read_to_string(control.join("request.json")) {
            return serde_json::from_str(&text).unwrap();
        }
        assert!(begun.elapsed() < SOON, "no request");
        std::thread::yield_now();
    }
}

fn done(control: &Path) {
    fs::write(control.join("result"), "").unwrap();
    fs::remove_file(control.join("request.json")).unwrap();
}

#[test]
fn a_check_that_is_interrupted_while_it_stops_a_part_starts_it_again() {
    let root = tempfile::tempdir().unwrap();
    let (folder, control) = (root.path().join("vm-tests/mine"), root.path().join("control"));
    fs::create_dir_all(&folder).unwrap();
    fs::write(root.path().join("topology.toml"), TOPOLOGY.replace("PORT", &store().to_string())).unwrap();
    fs::write(folder.join("scenario.toml"), SCENARIO).unwrap();
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
    lab.arg("--root").arg(root.path()).args(["check", "mine", "--control"]).arg(&control).env_remove("LAB_PORT_OFFSET");
    let lab = lab.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    assert_eq!(request(&control)["do"], "step");
    done(&control);
    assert_eq!(request(&control), json!({ "do": "stop", "part": "sink" }));
    kill(Pid::from_raw(lab.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    done(&control);
    assert_eq!(request(&control), json!({ "do": "start", "part": "sink" }));
    done(&control);
    let ended = lab.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(130), &b"lab: interrupted\n"[..]));
}
