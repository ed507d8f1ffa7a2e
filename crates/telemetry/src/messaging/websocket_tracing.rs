//! Selects how WebSocket messages are traced: by this crate, or by a library around the socket (`LAB_WS_INSTRUMENTATION`).

use crate::environment::Parser;

/// The two kinds of instrumentation. The services implement both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebSocketTracing {
    /// Manual instrumentation with `tracing` and this module: the service decides which messages have spans, and
    /// names the spans.
    Manual,
    /// A library wraps the socket and uses the OpenTelemetry API: the service contains no code for tracing.
    Library,
}

impl WebSocketTracing {
    /// Reads the variable: `tracing` (the default) or `library`.
    pub fn read(parser: &mut Parser<'_>) -> Self {
        let choices = [("tracing", Self::Manual), ("library", Self::Library)];
        parser.one_of("LAB_WS_INSTRUMENTATION", Self::Manual, &choices)
    }
}
