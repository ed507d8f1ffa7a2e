//! One reading of one part.

use std::collections::BTreeSet;

use crate::collector_counts::CollectorCounts;
use crate::counters::Counters;
use crate::ended_span::{EndedSpan, SpansPage};
use crate::metrics::TARGET_INFO;
use crate::service_counts::{ENDED, ServiceCounts};

/// What one part has counted since its process began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The process: `service.instance.id`; none where the part does not show it.
    pub instance: Option<String>,
    /// Its counters.
    pub counters: Counters,
    /// The latest spans that it ended, if it is a service.
    pub ended: Vec<EndedSpan>,
}

impl Reading {
    /// Of a collector or the store.
    pub(crate) fn of_collector(counters: Counters) -> Self {
        let instance = counters.by(TARGET_INFO, "service_instance_id", &[]).into_keys().next();
        Self { instance, counters, ended: Vec::new() }
    }

    /// Of a service.
    #[must_use]
    pub fn of_service(part: &str, mut counters: Counters, spans: SpansPage) -> Self {
        let ended = spans.spans.into_iter().map(|span| EndedSpan { service: part.to_owned(), ..span });
        counters.add(ENDED, &[], spans.ended.cast_signed());
        // Two processes without an id are not the same, so an empty id is none.
        Self { instance: spans.instance.filter(|instance| !instance.is_empty()), counters, ended: ended.collect() }
    }

    /// Metrics that the part must have and does not have: their counts are unknown, not 0.
    pub(crate) fn missing(&self) -> BTreeSet<&'static str> {
        let of_collector = CollectorCounts::missing(&self.counters);
        if self.counters.has(ENDED) { ServiceCounts::missing(&self.counters) } else { of_collector }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_without_an_instance_has_none_and_not_an_empty_one() {
        let instance = |text: &str| Reading::of_collector(Counters::parse(text).unwrap()).instance;
        assert_eq!(instance("target_info{service_instance_id=\"one\"} 1\n").as_deref(), Some("one"));
        assert_eq!(instance("target_info{service_instance_id=\"\"} 1\n"), None);
        assert_eq!(instance("otelcol_process_uptime 1\n"), None);
    }

    #[test]
    fn a_service_without_an_instance_has_none_and_not_an_empty_one() {
        for text in [r#"{"ended":0}"#, r#"{"instance":"","ended":0}"#] {
            let reading = Reading::of_service("users", Counters::default(), serde_json::from_str(text).unwrap());
            assert_eq!((reading.instance.as_deref(), reading.missing()), (None, BTreeSet::new()));
        }
    }
}
