//! Telemetry kept in memory, for the tests of the services: what was recorded comes back as plain data.
//!
//! Set up once per process, as the globals are.  Tests run side by side, so each looks at its own trace: the one that
//! `traceresponse` names.

mod memory;
pub mod otlp_sink;
pub mod process;
mod recorded;
pub mod redis_server;
pub mod tree;

use std::sync::OnceLock;
use std::time::Duration;

use http::HeaderMap;
use opentelemetry_sdk::trace::{SimpleSpanProcessor, SpanProcessor};

use crate::exporter::CountingExporter;
use crate::http_server::TRACERESPONSE;
use crate::init::{Service, Telemetry, init_with};
use crate::{Environment, Settings};

use memory::Memory;
pub use recorded::{RecordedEvent, RecordedSpan};

/// How long [`Recorder::wait_for`] waits.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the process has recorded.
#[derive(Debug)]
pub struct Recorder {
    memory: Memory,
    telemetry: Telemetry,
}

/// The recorder of this process; the first call sets telemetry up.
///
/// # Panics
///
/// When something else has set telemetry up in this process.
pub fn recorder() -> &'static Recorder {
    static RECORDER: OnceLock<Recorder> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let environment = Environment::from([("OTEL_METRICS_EXPORTER", "none")]);
        let settings = Settings::read(&mut environment.parser());
        let service = Service { name: "test", version: "0.0.0" };
        let memory = Memory::default();
        let exporter = memory.clone();
        let telemetry = init_with(&service, settings, std::io::sink, |exported| {
            // Simple, not batched: a span is in memory as soon as it has ended.
            let exporter = CountingExporter::new(exporter, exported.clone());
            Ok(Some(Box::new(SimpleSpanProcessor::new(exporter)) as Box<dyn SpanProcessor>))
        });
        Recorder { memory, telemetry: telemetry.expect("nothing else sets telemetry up in a test process") }
    })
}

impl Recorder {
    /// The spans of a trace that have ended, in the order in which they ended.
    #[must_use]
    pub fn trace(&self, trace_id: &str) -> Vec<RecordedSpan> {
        self.memory.spans().into_iter().filter(|span| span.trace_id == trace_id).collect()
    }

    /// All spans of the process that have ended.
    #[must_use]
    pub fn spans(&self) -> Vec<RecordedSpan> {
        self.memory.spans()
    }

    /// Waits until that many spans of a trace have ended.
    ///
    /// # Panics
    ///
    /// When they have not after five seconds; the message says which have.
    pub async fn wait_for(&self, trace_id: &str, spans: usize) -> Vec<RecordedSpan> {
        let mut ended = self.memory.ended();
        let enough = ended.wait_for(|_| self.trace(trace_id).len() >= spans);
        if tokio::time::timeout(PATIENCE, enough).await.is_err() {
            let names: Vec<String> = self.trace(trace_id).into_iter().map(|span| span.name).collect();
            panic!("{spans} spans expected in trace {trace_id}, but only these ended: {names:?}");
        }
        self.trace(trace_id)
    }

    /// What `/metrics` of the admin listener answers.
    ///
    /// # Panics
    ///
    /// When the metrics cannot be rendered.
    #[must_use]
    pub fn metrics(&self) -> String {
        self.telemetry.metrics().expect("the registry holds what the SDK put there")
    }

    /// The admin listener's routes.
    pub fn admin(&self) -> axum::Router {
        self.telemetry.admin()
    }
}

/// The trace id in an answer's `traceresponse`.
///
/// # Panics
///
/// When there is none: every answer has to have one.
#[must_use]
pub fn trace_id(headers: &HeaderMap) -> String {
    let ids = headers.get(TRACERESPONSE).and_then(|value| value.to_str().ok());
    ids.and_then(|ids| ids.split('-').nth(1)).expect("an answer has a traceresponse header").to_owned()
}
