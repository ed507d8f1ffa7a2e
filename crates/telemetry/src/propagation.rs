//! Selects the propagators that carry context between services; the SDK ignores `OTEL_PROPAGATORS`, so this module
//! reads it.

use opentelemetry::global;
use opentelemetry::propagation::{TextMapCompositePropagator, TextMapPropagator};
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use tracing::warn;

use crate::environment::Parser;

type Propagator = Box<dyn TextMapPropagator + Send + Sync>;

/// The selected propagators, and the names that are unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    trace_context: bool,
    baggage: bool,
    unknown: Vec<String>,
}

/// Reads the comma-separated list. The specification requires a warning for an unknown name, which must not stop a
/// service.
pub(crate) fn read(parser: &mut Parser<'_>) -> Choice {
    let mut choice = Choice::default();
    let list = parser.string("OTEL_PROPAGATORS", "tracecontext,baggage");
    for name in list.split(',').map(str::trim) {
        match name {
            "tracecontext" => choice.trace_context = true,
            "baggage" => choice.baggage = true,
            "none" | "" => {}
            unknown => choice.unknown.push(unknown.to_owned()),
        }
    }
    choice
}

/// Makes the propagators global. The default propagator of the API does nothing, and context would be lost silently
/// between services.
pub(crate) fn install(choice: &Choice) {
    global::set_text_map_propagator(composite(choice));
    for name in &choice.unknown {
        warn!(name, "ignored an unknown propagator in OTEL_PROPAGATORS");
    }
}

fn composite(choice: &Choice) -> TextMapCompositePropagator {
    let trace_context = choice.trace_context.then(|| Box::new(TraceContextPropagator::new()) as Propagator);
    let baggage = choice.baggage.then(|| Box::new(BaggagePropagator::new()) as Propagator);
    TextMapCompositePropagator::new(trace_context.into_iter().chain(baggage).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    fn fields(variable: &str) -> (Vec<String>, Vec<String>) {
        let environment = Environment::from([("OTEL_PROPAGATORS", variable)]);
        let choice = read(&mut environment.parser());
        let mut fields: Vec<String> = composite(&choice).fields().map(str::to_owned).collect();
        fields.sort();
        (fields, choice.unknown)
    }

    #[test]
    fn the_list_decides_which_headers_are_written() {
        let no_names: Vec<String> = Vec::new();
        assert_eq!(fields("").0, ["baggage", "traceparent", "tracestate"]);
        assert_eq!(fields("tracecontext").0, ["traceparent", "tracestate"]);
        assert_eq!(fields("baggage , none").0, ["baggage"]);
        assert_eq!(fields("none"), (no_names.clone(), no_names));
        assert_eq!(fields("b3,baggage"), (vec!["baggage".to_owned()], vec!["b3".to_owned()]));
    }
}
