//! Formats log lines as JSON objects on standard output, one per line, with the IDs of the current trace and span.

use std::fmt;

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::environment::Parser;

/// Reads `RUST_LOG`; the default is `info`.
///
/// A directive for the target `opentelemetry` at level `warn` is always added. At that level the SDK reports lost
/// spans. At more verbose levels it would log its own exports.
pub(crate) fn read_filter(parser: &mut Parser<'_>) -> EnvFilter {
    let directives = parser.string("RUST_LOG", "info");
    let filter = EnvFilter::try_new(directives).unwrap_or_else(|_| {
        parser.reject("RUST_LOG", "log directives, such as `info,users=debug`");
        EnvFilter::new("info")
    });
    let sdk = "opentelemetry=warn".parse().expect("the directive is a constant in the right form");
    filter.add_directive(sdk)
}

/// Formats an event as a JSON object. The JSON format of `tracing-subscriber` cannot add the IDs.
#[derive(Debug)]
pub(crate) struct JsonLine;

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut timestamp = String::new();
        SystemTime.format_time(&mut Writer::new(&mut timestamp))?;
        let mut line = Map::new();
        line.insert("timestamp".to_owned(), timestamp.into());
        line.insert("level".to_owned(), event.metadata().level().as_str().into());
        line.insert("target".to_owned(), event.metadata().target().into());
        event.record(&mut Fields(&mut line));
        insert_ids(&mut line);
        writeln!(writer, "{}", Value::Object(line))
    }
}

/// Adds the IDs of the current span. They correlate log lines with traces in any backend.
fn insert_ids(line: &mut Map<String, Value>) {
    // Entering a tracing span makes its OpenTelemetry context current, so the IDs need no lookup by span.
    // Non-recording spans have IDs too, which still group the log lines of a request.
    Context::map_current(|context| {
        let span = context.span();
        let ids = span.span_context();
        if ids.is_valid() {
            line.insert("trace_id".to_owned(), ids.trace_id().to_string().into());
            line.insert("span_id".to_owned(), ids.span_id().to_string().into());
        }
    });
}

struct Fields<'a>(&'a mut Map<String, Value>);

impl Fields<'_> {
    fn insert(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.insert(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.insert(field, value.to_string());
    }
}
