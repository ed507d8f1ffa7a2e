//! Keeps telemetry in memory for the tests of the services, and returns it as plain data.
//!
//! It is set up once per process, because the OpenTelemetry globals exist once per process. Tests run in parallel, so
//! each test reads only its own trace: the one in the response header `traceresponse`.

mod memory;
pub mod otlp_sink;
pub mod process;
mod recorded;
pub mod redis_server;
pub mod refusing_peer;
pub mod tree;

use std::sync::OnceLock;
use std::time::Duration;

use http::HeaderMap;
use opentelemetry_sdk::trace::{SimpleSpanProcessor, SpanProcessor};

use crate::environment::Environment;
use crate::export_client::LastStatus;
use crate::exporter::CountingExporter;
use crate::http_server::TRACERESPONSE;
use crate::init::init_with;
use crate::service::Service;
use crate::settings::Settings;
use crate::telemetry::Telemetry;

use memory::Memory;
pub use recorded::{RecordedEvent, RecordedSpan};

/// The timeout of [`Recorder::wait_for`].
const TIMEOUT: Duration = Duration::from_secs(5);

/// Everything that this process has recorded.
#[derive(Debug)]
pub struct Recorder {
    memory: Memory,
    telemetry: Telemetry,
}

/// The recorder of this process. The first call sets up telemetry.
///
/// # Panics
///
/// Panics if other code has set up telemetry in this process.
pub fn recorder() -> &'static Recorder {
    static RECORDER: OnceLock<Recorder> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let environment = Environment::from([("OTEL_METRICS_EXPORTER", "none")]);
        let settings = Settings::read(&mut environment.parser());
        let service = Service { name: "test", version: "0.0.0" };
        let memory = Memory::default();
        let exporter = memory.clone();
        let telemetry = init_with(&service, settings, std::io::sink, |exported| {
            // A simple processor instead of a batch: a span is in memory as soon as it has ended.
            let exporter = CountingExporter::new(exporter, LastStatus::default(), exported.clone());
            Ok(Some(Box::new(SimpleSpanProcessor::new(exporter)) as Box<dyn SpanProcessor>))
        });
        Recorder { memory, telemetry: telemetry.expect("nothing else sets telemetry up in a test process") }
    })
}

impl Recorder {
    /// The ended spans of a trace, in the order in which they ended.
    #[must_use]
    pub fn trace(&self, trace_id: &str) -> Vec<RecordedSpan> {
        self.memory.spans().into_iter().filter(|span| span.trace_id == trace_id).collect()
    }

    /// All ended spans of the process, in the order in which they ended.
    #[must_use]
    pub fn spans(&self) -> Vec<RecordedSpan> {
        self.memory.spans()
    }

    /// Waits until at least `spans` spans of a trace have ended, and returns them.
    ///
    /// # Panics
    ///
    /// Panics after five seconds. The message lists the spans that have ended.
    pub async fn wait_for(&self, trace_id: &str, spans: usize) -> Vec<RecordedSpan> {
        let mut ended = self.memory.ended();
        let enough = ended.wait_for(|_| self.trace(trace_id).len() >= spans);
        if tokio::time::timeout(TIMEOUT, enough).await.is_err() {
            let names: Vec<String> = self.trace(trace_id).into_iter().map(|span| span.name).collect();
            panic!("{spans} spans expected in trace {trace_id}, but only these ended: {names:?}");
        }
        self.trace(trace_id)
    }

    /// The body of `/metrics` of the admin listener.
    ///
    /// # Panics
    ///
    /// Panics if the metrics cannot be encoded.
    #[must_use]
    pub fn metrics(&self) -> String {
        self.telemetry.metrics().expect("the registry holds what the SDK put there")
    }

    /// The routes of the admin listener.
    pub fn admin(&self) -> axum::Router {
        self.telemetry.admin()
    }
}

/// The trace ID in the response header `traceresponse`.
///
/// # Panics
///
/// Panics if the header is missing: every traced response has it.
#[must_use]
pub fn trace_id(headers: &HeaderMap) -> String {
    let ids = headers.get(TRACERESPONSE).and_then(|value| value.to_str().ok());
    ids.and_then(|ids| ids.split('-').nth(1)).expect("an answer has a traceresponse header").to_owned()
}
