//! Instruments of a service's own, for what only it can measure.

use opentelemetry::metrics::Histogram;
use opentelemetry::{KeyValue, global};

use crate::providers::SCOPE;

/// A histogram of whole numbers.  Create one once, and after [`crate::init`]: it belongs to the provider it finds then.
#[derive(Clone, Debug)]
pub struct WholeHistogram(Histogram<u64>);

impl WholeHistogram {
    /// An instrument.  Its buckets are not said here: they are the business of a [`crate::View`].
    #[must_use]
    pub fn new(name: &'static str, unit: &'static str, description: &'static str) -> Self {
        let meter = global::meter(SCOPE);
        Self(meter.u64_histogram(name).with_unit(unit).with_description(description).build())
    }

    /// Records one value.
    pub fn record(&self, value: u64, attributes: &[KeyValue]) {
        self.0.record(value, attributes);
    }
}
