//! Selects how WebSocket messages are instrumented; the variable is `LAB_WS_INSTRUMENTATION`.

use crate::environment::Parser;

/// The two kinds of instrumentation. The services implement both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instrumented {
    /// Manual instrumentation with `tracing` and this module: the service decides which messages have spans, and
    /// names the spans.
    ByTracing,
    /// A library wraps the socket and uses the OpenTelemetry API: the service contains no code for tracing.
    ByLibrary,
}

impl Instrumented {
    /// Reads the variable: `tracing` (the default) or `library`.
    pub fn read(parser: &mut Parser<'_>) -> Self {
        let choices = [("tracing", Self::ByTracing), ("library", Self::ByLibrary)];
        parser.one_of("LAB_WS_INSTRUMENTATION", Self::ByTracing, &choices)
    }
}
