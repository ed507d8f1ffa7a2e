//! Who makes the spans of WebSocket messages: `LAB_WS_INSTRUMENTATION`.

use crate::environment::Parser;

/// The two ways to instrument; the services have both, side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instrumented {
    /// The service, by `tracing` and this module: it decides which messages have spans, and what they are called.
    ByTracing,
    /// A library around the socket, by the OpenTelemetry API: the service has not one line about it.
    ByLibrary,
}

impl Instrumented {
    /// Reads the variable; by `tracing` unless it says otherwise.
    pub fn read(parser: &mut Parser<'_>) -> Self {
        let choices = [("tracing", Self::ByTracing), ("library", Self::ByLibrary)];
        parser.one_of("LAB_WS_INSTRUMENTATION", Self::ByTracing, &choices)
    }
}
