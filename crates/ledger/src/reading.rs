//! One reading of the counters of one part.

use std::collections::BTreeSet;

use crate::collector_counts::CollectorCounts;
use crate::ended_span::SpansPage;
use crate::page::Page;
use crate::service_counts::ServiceCounts;

/// What one part counted, and in which incarnation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading<C> {
    /// The process: `service.instance.id`; none where the part does not show it.
    pub instance: Option<String>,
    /// Its counts since it began.
    pub count: C,
    /// Metrics that the part must have and does not have: their counts are unknown, not 0.
    pub missing: BTreeSet<&'static str>,
    /// Metrics that the part does not have, which may mean that it has counted nothing.
    pub absent: BTreeSet<&'static str>,
}

impl From<&Page> for Reading<CollectorCounts> {
    fn from(page: &Page) -> Self {
        Self {
            instance: known(page.label("target_info", "service_instance_id")),
            count: CollectorCounts::new(page),
            missing: CollectorCounts::missing(page),
            absent: CollectorCounts::absent(page),
        }
    }
}

impl From<(&Page, &SpansPage)> for Reading<ServiceCounts> {
    fn from((page, spans): (&Page, &SpansPage)) -> Self {
        Self {
            instance: known(spans.instance.clone()),
            count: ServiceCounts::new(page, spans.ended),
            missing: ServiceCounts::missing(page, spans.ended),
            absent: BTreeSet::new(),
        }
    }
}

/// The id of a process; an empty one is none: two processes without an id are not the same.
fn known(instance: Option<String>) -> Option<String> {
    instance.filter(|instance| !instance.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_without_an_instance_has_none_and_not_an_empty_one() {
        let instance = |text: &str| Reading::<CollectorCounts>::from(&Page::parse(text).unwrap()).instance;
        assert_eq!(instance("target_info{service_instance_id=\"one\"} 1\n").as_deref(), Some("one"));
        assert_eq!(instance("target_info{service_instance_id=\"\"} 1\n"), None);
        assert_eq!(instance("otelcol_process_uptime 1\n"), None);
    }

    #[test]
    fn a_service_without_an_instance_has_none_and_not_an_empty_one() {
        let page = Page::default();
        for text in [r#"{"ended":0}"#, r#"{"instance":"","ended":0}"#] {
            let spans: SpansPage = serde_json::from_str(text).unwrap();
            assert_eq!(Reading::from((&page, &spans)).instance, None);
        }
    }
}
