//! Disables instrumentation scopes: tracers of the scopes in `LAB_DISABLED_SCOPES` create no spans.
//!
//! In the specification this is the `TracerConfig` (in development). The Rust SDK does not implement it yet.

use opentelemetry::InstrumentationScope;
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::TracerProvider;
use opentelemetry::trace::noop::NoopTracer;
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::environment::Parser;

/// The instrumentation scope of all spans and metrics of this crate.
pub(crate) const SCOPE: &str = "telemetry";

/// The names of the disabled scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DisabledScopes(Vec<String>);

/// Reads the comma-separated list.
pub(crate) fn read(parser: &mut Parser<'_>) -> DisabledScopes {
    let list = parser.string("LAB_DISABLED_SCOPES", "");
    DisabledScopes(list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// A tracer provider that returns a no-op tracer for disabled scopes.
#[derive(Clone, Debug)]
pub(crate) struct SwitchedProvider {
    provider: SdkTracerProvider,
    disabled: DisabledScopes,
}

impl SwitchedProvider {
    pub(crate) fn new(provider: SdkTracerProvider, disabled: DisabledScopes) -> Self {
        Self { provider, disabled }
    }
}

impl TracerProvider for SwitchedProvider {
    type Tracer = BoxedTracer;

    fn tracer_with_scope(&self, scope: InstrumentationScope) -> BoxedTracer {
        let DisabledScopes(disabled) = &self.disabled;
        if disabled.iter().any(|name| name == scope.name()) {
            // A no-op span is not recorded and has the span context of its parent. So propagation continues, and
            // spans that would be its children become children of its parent.
            return BoxedTracer::new(Box::new(NoopTracer::new()));
        }
        BoxedTracer::new(Box::new(self.provider.tracer_with_scope(scope)))
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::Context;
    use opentelemetry::trace::{Span as _, SpanContext, TraceContextExt as _, Tracer as _};

    use super::*;
    use crate::environment::Environment;

    fn provider(disabled: &str) -> SwitchedProvider {
        let environment = Environment::from([("LAB_DISABLED_SCOPES", disabled)]);
        SwitchedProvider::new(SdkTracerProvider::builder().build(), read(&mut environment.parser()))
    }

    #[test]
    fn only_the_scopes_of_the_list_make_no_spans() {
        let provider = provider("one, other");
        let records = |scope: &'static str| provider.tracer(scope).start("span").is_recording();
        assert_eq!(["one", "another", "other", "on"].map(records), [false, true, false, true]);
    }

    #[test]
    fn a_scope_that_is_switched_off_hands_its_parent_on() {
        let provider = provider("off");
        let parent = Context::new().with_span(provider.tracer("on").start("parent"));
        let between = parent.with_span(provider.tracer("off").start_with_context("between", &parent));
        let ids = |context: &Context| -> SpanContext { context.span().span_context().clone() };
        assert_eq!(ids(&between), ids(&parent));
    }
}
