//! Tests a service as a separate process: each environment variable, the exported data, and the lost spans.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod environment;
mod export;
mod sampling;
mod tree;

use std::net::SocketAddr;
use std::process::ExitStatus;

use serde_json::Value;
use telemetry::http_client::{Client, Timeouts};
use telemetry::testing::otlp_sink::OtlpSink;
use telemetry::testing::process::{Ended, ServiceProcess};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The smallest service; see `examples/`.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_smallest");

/// The running example, with the OTLP receiver to which it exports.
pub(crate) struct Running {
    pub(crate) sink: OtlpSink,
    pub(crate) process: ServiceProcess,
    address: SocketAddr,
    admin: SocketAddr,
}

pub(crate) async fn run(variables: &[(&str, &str)]) -> Running {
    let sink = OtlpSink::start().await;
    let endpoint = sink.endpoint().to_owned();
    let mut environment = vec![
        ("LAB_SMALLEST_HTTP", "0"),
        ("LAB_SMALLEST_ADMIN", "0"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
        // The receiver may respond late on a busy machine.
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "30000"),
    ];
    environment.extend(variables);
    let mut process = ServiceProcess::spawn(PROGRAM, &environment);
    process.ready().await;
    let address = process.address("address").await;
    let admin = process.log_line("serving")["admin"].as_str().unwrap().parse().unwrap();
    Running { sink, process, address, admin }
}

impl Running {
    /// Sends a request with one header. Returns the response header `traceresponse`, if there is one.
    pub(crate) async fn get(&self, path: &str, header: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\n{header}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answer.lines().find_map(|line| line.strip_prefix("traceresponse: ")).map(str::to_owned)
    }

    /// The body of a route of the admin listener.
    pub(crate) async fn admin(&self, path: &str) -> String {
        let client = Client::new(Timeouts::default()).unwrap();
        let answer = client.get(&format!("http://{}{path}", self.admin)).await.unwrap();
        String::from_utf8(answer.body.to_vec()).unwrap()
    }

    /// Stops the process. Returns the receiver, and the exit status with the log.
    pub(crate) async fn stop(self) -> (OtlpSink, Stopped) {
        self.process.terminate();
        let Ended { status, log } = self.process.ended().await;
        (self.sink, Stopped { status, log })
    }
}

/// A process that has exited.
pub(crate) struct Stopped {
    pub(crate) status: ExitStatus,
    pub(crate) log: Vec<Value>,
}

impl Stopped {
    /// A counter of the shutdown report, the last log line.
    pub(crate) fn figure(&self, name: &str) -> u64 {
        let last = self.log.last().unwrap();
        assert_eq!(last["event"], "shutdown_report", "{last}");
        last[name].as_u64().unwrap_or_else(|| panic!("{name} is no figure of {last}"))
    }

    pub(crate) fn figures<const N: usize>(&self, names: [&str; N]) -> [u64; N] {
        names.map(|name| self.figure(name))
    }

    /// The log lines of one level.
    pub(crate) fn at(&self, level: &str) -> Vec<&Value> {
        self.log.iter().filter(|line| line["level"] == level).collect()
    }
}
