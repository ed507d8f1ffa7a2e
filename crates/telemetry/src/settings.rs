//! Reads the `OTEL_*` variables that the SDK ignores or reads too late, and the `LAB_*` variables about telemetry.
//!
//! The SDK reads the remaining ones: `OTEL_EXPORTER_OTLP_*`, `OTEL_BSP_*`, `OTEL_METRIC_EXPORT_INTERVAL` and
//! `OTEL_SPAN_*_LIMIT`.

use std::time::Duration;

use opentelemetry::KeyValue;
use tracing_subscriber::EnvFilter;

use crate::baggage::{self, BaggageAttributes};
use crate::environment::Parser;
use crate::sampler::{self, SamplerKind};
use crate::scopes::{self, DisabledScopes};
use crate::view::View;
use crate::{propagation, redaction, resource};

/// The exporter of a signal: a value of `OTEL_TRACES_EXPORTER` or `OTEL_METRICS_EXPORTER`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exporter {
    Otlp,
    None,
}

/// The telemetry settings of a process. [`Settings::read`] creates them from the environment.
#[derive(Debug)]
pub struct Settings {
    pub(crate) disabled: bool,
    pub(crate) traces: Exporter,
    pub(crate) metrics: Exporter,
    pub(crate) sampler: SamplerKind,
    pub(crate) propagators: propagation::Choice,
    pub(crate) baggage: BaggageAttributes,
    pub(crate) redaction: bool,
    pub(crate) disabled_scopes: DisabledScopes,
    pub(crate) service_name: Option<String>,
    pub(crate) resource: Vec<KeyValue>,
    pub(crate) log_filter: EnvFilter,
    pub(crate) export_timeout: Duration,
    pub(crate) views: Vec<View>,
}

const EXPORTERS: [(&str, Exporter); 2] = [("otlp", Exporter::Otlp), ("none", Exporter::None)];

/// The variables that select the transport of OTLP. Only http/protobuf is compiled in. For another value the SDK
/// would use a fallback without a visible error.
const PROTOCOLS: [&str; 3] =
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL"];

impl Settings {
    /// Reads all settings. The parser reports invalid values together with those of the service's variables.
    #[must_use]
    pub fn read(parser: &mut Parser<'_>) -> Self {
        for name in PROTOCOLS {
            parser.one_of(name, (), &[("http/protobuf", ())]);
        }
        Self {
            disabled: read_disabled(parser),
            traces: parser.one_of("OTEL_TRACES_EXPORTER", Exporter::Otlp, &EXPORTERS),
            metrics: parser.one_of("OTEL_METRICS_EXPORTER", Exporter::Otlp, &EXPORTERS),
            sampler: sampler::read(parser),
            propagators: propagation::read(parser),
            baggage: baggage::read(parser),
            redaction: redaction::stage::read(parser),
            disabled_scopes: scopes::read(parser),
            service_name: parser.optional_string("OTEL_SERVICE_NAME"),
            resource: resource::read(parser),
            log_filter: crate::log::read_filter(parser),
            export_timeout: read_export_timeout(parser),
            views: Vec::new(),
        }
    }

    /// The same settings with views for the service's instruments.
    #[must_use]
    pub fn with_views(self, views: &[View]) -> Self {
        Self { views: views.to_vec(), ..self }
    }
}

/// The timeout of one export of spans; 10 s by default. The SDK reads the same variables. Here the value limits the
/// flush at shutdown.
fn read_export_timeout(parser: &mut Parser<'_>) -> Duration {
    let of_all = parser.milliseconds("OTEL_EXPORTER_OTLP_TIMEOUT", Duration::from_secs(10));
    parser.milliseconds("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", of_all)
}

fn read_disabled(parser: &mut Parser<'_>) -> bool {
    // According to the specification, the comparison ignores case, and every value except `true` is false. But a user
    // who sets OTEL_SDK_DISABLED=1 wants no telemetry, so other values are rejected.
    let value = parser.string("OTEL_SDK_DISABLED", "false").to_ascii_lowercase();
    if !matches!(value.as_str(), "true" | "false") {
        parser.reject("OTEL_SDK_DISABLED", "one of true, false");
    }
    value == "true"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    #[test]
    fn an_empty_environment_samples_everything_and_exports_over_otlp() {
        let environment = Environment::from([]);
        let mut parser = environment.parser();
        let settings = Settings::read(&mut parser);
        parser.finish().unwrap();
        assert!(!settings.disabled);
        assert_eq!((settings.traces, settings.metrics), (Exporter::Otlp, Exporter::Otlp));
        assert_eq!(settings.sampler, SamplerKind { parent_based: true, root: sampler::Root::AlwaysOn });
    }

    #[test]
    fn every_bad_otel_variable_is_reported() {
        let environment = Environment::from([
            ("OTEL_SDK_DISABLED", "1"),
            ("OTEL_TRACES_EXPORTER", "zipkin"),
            ("OTEL_METRICS_EXPORTER", "prometheus"),
            ("OTEL_TRACES_SAMPLER", "traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", "1.5"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_RESOURCE_ATTRIBUTES", "no-equals-sign"),
            ("RUST_LOG", "==="),
        ]);
        let mut parser = environment.parser();
        let _ = Settings::read(&mut parser);
        let text = parser.finish().unwrap_err().to_string();
        let names: Vec<&str> =
            text.lines().filter_map(|line| line.strip_prefix("invalid ")?.split('=').next()).collect();
        assert_eq!(
            names,
            [
                "OTEL_EXPORTER_OTLP_PROTOCOL",
                "OTEL_SDK_DISABLED",
                "OTEL_TRACES_EXPORTER",
                "OTEL_METRICS_EXPORTER",
                "OTEL_TRACES_SAMPLER_ARG",
                "OTEL_RESOURCE_ATTRIBUTES",
                "RUST_LOG"
            ]
        );
    }
}
