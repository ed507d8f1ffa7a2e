//! Views: how a program customizes the buckets and attributes of metric instruments, including those that libraries
//! create.

use opentelemetry_sdk::metrics::{Aggregation, Instrument, MeterProviderBuilder, Stream};

use crate::init_error::InitError;

/// The customization of one histogram, a view in the sense of the OpenTelemetry metrics SDK.
///
/// The author of a library cannot know which values a program will record. With a view the program selects the
/// buckets and the attributes that are kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The name of the instrument, matched exactly.
    pub instrument: &'static str,
    /// Upper bounds of the buckets in the instrument's unit, ascending. A value that equals a bound belongs to its
    /// bucket, as with Prometheus' `le`.
    pub buckets: &'static [f64],
    /// The keys of the attributes that are kept. Measurements that differ only in other attributes are aggregated.
    /// Each combination of kept values is one time series.
    pub attributes: &'static [&'static str],
}

impl View {
    fn stream(&self) -> Result<Stream, InitError> {
        let boundaries = self.buckets.to_vec();
        let aggregation = Aggregation::ExplicitBucketHistogram { boundaries, record_min_max: false };
        let keys = self.attributes.iter().map(|key| (*key).into());
        let stream = Stream::builder().with_aggregation(aggregation).with_allowed_attribute_keys(keys).build();
        stream.map_err(|error| InitError::View { instrument: self.instrument, reason: error.to_string() })
    }
}

/// Adds the views to the builder. Each view is built once here, because the SDK ignores errors when an instrument is
/// created.
pub(crate) fn add(mut builder: MeterProviderBuilder, views: &[View]) -> Result<MeterProviderBuilder, InitError> {
    for view in views.iter().copied() {
        view.stream()?;
        let concerns = move |instrument: &Instrument| instrument.name() == view.instrument;
        builder = builder.with_view(move |instrument| concerns(instrument).then(|| view.stream().ok()).flatten());
    }
    Ok(builder)
}

#[cfg(test)]
mod tests {
    use super::*;

    use opentelemetry::KeyValue;
    use opentelemetry::metrics::MeterProvider as _;
    use opentelemetry_sdk::metrics::SdkMeterProvider;
    use prometheus::{Registry, TextEncoder};

    #[test]
    fn a_view_decides_about_buckets_and_attributes() {
        let view = View { instrument: "lab.users.served", buckets: &[1.0, 5.0], attributes: &["kept"] };
        let registry = Registry::new();
        let exporter = opentelemetry_prometheus::exporter().with_registry(registry.clone()).scope_info_enabled(false);
        let builder = SdkMeterProvider::builder().with_reader(exporter.build().unwrap());
        let provider = add(builder, &[view]).unwrap().build();
        let histogram = provider.meter("test").u64_histogram("lab.users.served").build();
        for value in [1, 5, 6] {
            let dropped = KeyValue::new("dropped", i64::try_from(value).unwrap());
            histogram.record(value, &[KeyValue::new("kept", "yes"), dropped]);
        }
        let text = TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
        let buckets: Vec<&str> = text.lines().filter(|line| line.starts_with("lab_users_served_bucket")).collect();
        let line = |le: &str, count| format!("lab_users_served_bucket{{kept=\"yes\",le=\"{le}\"}} {count}");
        assert_eq!(buckets, [line("1", 1), line("5", 2), line("+Inf", 3)]);
    }

    #[test]
    fn buckets_that_do_not_ascend_are_an_error() {
        let view = View { instrument: "x", buckets: &[2.0, 1.0], attributes: &[] };
        assert!(matches!(view.stream(), Err(InitError::View { instrument: "x", .. })));
    }
}
