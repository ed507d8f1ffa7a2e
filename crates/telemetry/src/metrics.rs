//! Metric instruments for values that only a service can measure.

use opentelemetry::metrics::Histogram;
use opentelemetry::{KeyValue, global};

use crate::scopes::SCOPE;

/// A histogram of unsigned integers.
///
/// Create it once, and after [`crate::init()`]: an instrument belongs to the meter provider that is global when it is
/// created.
#[derive(Clone, Debug)]
pub struct IntegerHistogram(Histogram<u64>);

impl IntegerHistogram {
    /// Creates a histogram. `unit` is a UCUM code or an annotation such as `{user}`. A [`crate::View`] sets the
    /// buckets.
    #[must_use]
    pub fn new(name: &'static str, unit: &'static str, description: &'static str) -> Self {
        let meter = global::meter(SCOPE);
        Self(meter.u64_histogram(name).with_unit(unit).with_description(description).build())
    }

    /// Records one value with its attributes.
    pub fn record(&self, value: u64, attributes: &[KeyValue]) {
        self.0.record(value, attributes);
    }
}
