//! The reasons why telemetry cannot be set up.

use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_sdk::error::OTelSdkError;
use tracing::subscriber::SetGlobalDefaultError;

/// The error of [`init`](crate::init()). Its `source` is the cause.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// A variable of the exporter is invalid, such as `OTEL_EXPORTER_OTLP_ENDPOINT`.
    #[error("cannot build the OTLP exporter")]
    Exporter(#[from] ExporterBuildError),
    /// The HTTP client of the exporter or of the remote sampler cannot be built.
    #[error("cannot build the HTTP client of the exporter or the remote sampler")]
    HttpClient(#[from] reqwest::Error),
    /// The exporter for `/metrics` cannot be built.
    #[error("cannot build the Prometheus exporter")]
    Prometheus(#[from] OTelSdkError),
    /// The SDK does not accept a [`View`](crate::View).
    #[error("invalid view of the instrument `{instrument}`: {reason}")]
    View {
        /// The name of the instrument.
        instrument: &'static str,
        /// The message of the SDK.
        reason: String,
    },
    /// The remote sampler cannot be built. The field is the message of the SDK.
    #[error("cannot build the remote sampler: {0}")]
    Sampler(String),
    /// A global `tracing` subscriber exists already.
    #[error("cannot install the subscriber for spans and log lines")]
    Subscriber(#[from] SetGlobalDefaultError),
}
