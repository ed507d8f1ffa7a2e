//! What a tail sampler counts: traces that came, what was decided about them, and the spans that it let through.

use std::collections::{BTreeMap, BTreeSet};

use crate::counters::Counters;
use crate::metrics::{DECIDED, EVICTED, INCOMING, LATE, POLICY_SPANS, POLICY_TRACES, RECEIVED, ROUNDS, TOO_LARGE};

/// The processor right after `tail_sampling` in our collector files: the sampler let through what it accepts.
const AFTER: &str = "resource/sampled";

/// Those that show whether traces are undecided.
pub(crate) const DECISIONS: [&str; 3] = [RECEIVED, ROUNDS, DECIDED];

/// The counters of one `tail_sampling` processor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TailSamplerCounts {
    /// Traces that came; one that was evicted and has further spans comes again.
    pub received: u64,
    /// Traces that a policy sampled.
    pub kept: u64,
    /// Traces that no policy sampled.
    pub refused: u64,
    /// Traces that were evicted before their decision, because too many waited.
    pub evicted: u64,
    /// Traces that were dropped before their decision, because they were too large.
    pub too_large: u64,
    /// How often the sampler looked for traces whose wait is over: once a second.
    pub rounds: u64,
    /// Spans that it let through, late ones as well.
    pub let_through: u64,
    /// Spans that came after the decision about their trace, for kept traces.
    pub late_kept: u64,
    /// The same for dropped traces.
    pub late_refused: u64,
    /// What each policy decided.
    pub policies: BTreeMap<String, Policy>,
}

/// What one policy decided; a trace is kept when any policy samples it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Policy {
    /// Traces that it sampled.
    pub wanted: u64,
    /// Traces that it did not sample.
    pub refused: u64,
    /// Spans of both.
    pub spans: u64,
}

impl TailSamplerCounts {
    /// The counts in a collector's own metrics; `None` where nothing samples.
    pub(crate) fn new(counters: &Counters) -> Option<Self> {
        let total = |metric| counters.total(metric, &[]);
        let sampled = |metric, sampled| counters.total(metric, &[("sampled", sampled)]);
        (counters.has(RECEIVED) || counters.has(ROUNDS)).then(|| Self {
            received: total(RECEIVED),
            rounds: total(ROUNDS),
            kept: sampled(DECIDED, "true"),
            refused: sampled(DECIDED, "false"),
            evicted: total(EVICTED),
            too_large: total(TOO_LARGE),
            let_through: let_through(counters).unwrap_or(0),
            late_kept: sampled(LATE, "true"),
            late_refused: sampled(LATE, "false"),
            policies: policies(counters),
        })
    }

    /// Metrics that the page must have and does not have, because other metrics show that they counted something. While a
    /// decision is made one may be absent for a moment.
    pub(crate) fn missing(counters: &Counters) -> BTreeSet<&'static str> {
        let judged = counters.has(POLICY_TRACES) || counters.has(POLICY_SPANS);
        let has_decided = judged || counters.total(DECIDED, &[]) > 0;
        let has_received = counters.total(RECEIVED, &[]) > 0;
        let mut missing = counters.lacking(&[(RECEIVED, has_decided), (ROUNDS, has_received), (DECIDED, judged)]);
        let has_kept = counters.total(DECIDED, &[("sampled", "true")]) > 0;
        missing.extend((has_kept && let_through(counters).is_none()).then_some(INCOMING));
        missing
    }

    /// Traces that came and about which nothing is decided; one that was evicted and came again may be among them.
    #[must_use]
    pub fn undecided(&self) -> u64 {
        self.received.saturating_sub(self.kept + self.refused + self.evicted + self.too_large)
    }
}

/// Spans that the sampler let through; none where the processor that counts them has no series.
fn let_through(counters: &Counters) -> Option<u64> {
    counters.by(INCOMING, "processor", &[]).remove(AFTER)
}

/// Traces by policy, and the spans in them (behind a feature gate of the collector, see `topology.toml`).
fn policies(counters: &Counters) -> BTreeMap<String, Policy> {
    let names =
        [POLICY_TRACES, POLICY_SPANS].into_iter().flat_map(|metric| counters.by(metric, "policy", &[]).into_keys());
    let policy = |name: String| {
        let traces = |sampled| counters.total(POLICY_TRACES, &[("policy", &name), ("sampled", sampled)]);
        let spans = counters.total(POLICY_SPANS, &[("policy", &name)]);
        let policy = Policy { wanted: traces("true"), refused: traces("false"), spans };
        (name, policy)
    };
    names.map(policy).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One trace of one span that both policies dropped, one of four spans that `slow` sampled, one that waits.
    const PAGE: &str = "\
otelcol_receiver_accepted_spans{receiver=\"otlp\"} 9
otelcol_processor_incoming_items{otel_signal=\"traces\",processor=\"resource/gateway\"} 9
otelcol_processor_incoming_items{otel_signal=\"traces\",processor=\"resource/sampled\"} 5
otelcol_processor_tail_sampling_new_trace_id_received 3
otelcol_processor_tail_sampling_global_count_traces_sampled{decision=\"not_sampled\",sampled=\"false\"} 1
otelcol_processor_tail_sampling_global_count_traces_sampled{decision=\"sampled\",sampled=\"true\"} 1
otelcol_processor_tail_sampling_count_traces_sampled{decision=\"not_sampled\",policy=\"errors\",sampled=\"false\"} 2
otelcol_processor_tail_sampling_count_traces_sampled{decision=\"not_sampled\",policy=\"slow\",sampled=\"false\"} 1
otelcol_processor_tail_sampling_count_traces_sampled{decision=\"sampled\",policy=\"slow\",sampled=\"true\"} 1
otelcol_processor_tail_sampling_count_spans_sampled{decision=\"not_sampled\",policy=\"errors\",sampled=\"false\"} 5
otelcol_processor_tail_sampling_count_spans_sampled{decision=\"not_sampled\",policy=\"slow\",sampled=\"false\"} 1
otelcol_processor_tail_sampling_count_spans_sampled{decision=\"sampled\",policy=\"slow\",sampled=\"true\"} 4
otelcol_processor_tail_sampling_early_releases_from_cache_decision{sampled=\"true\"} 1
otelcol_processor_tail_sampling_sampling_trace_dropped_too_early 0
# TYPE otelcol_processor_tail_sampling_sampling_decision_timer_latency histogram
otelcol_processor_tail_sampling_sampling_decision_timer_latency_bucket{le=\"+Inf\"} 4
otelcol_processor_tail_sampling_sampling_decision_timer_latency_sum 0
otelcol_processor_tail_sampling_sampling_decision_timer_latency_count 4
";

    #[test]
    fn a_page_of_a_sampler_is_read() {
        let tail = TailSamplerCounts::new(&Counters::parse(PAGE).unwrap()).unwrap();
        assert_eq!((tail.received, tail.kept, tail.refused, tail.undecided()), (3, 1, 1, 1));
        assert_eq!((tail.let_through, tail.late_kept, tail.rounds), (5, 1, 4));
        assert_eq!(tail.policies["slow"], Policy { wanted: 1, refused: 1, spans: 5 });
        assert_eq!(tail.policies["errors"], Policy { wanted: 0, refused: 2, spans: 5 });
    }

    #[test]
    fn a_renamed_metric_is_missing_and_not_a_zero() {
        let missing = |text: &str| TailSamplerCounts::missing(&Counters::parse(text).unwrap());
        assert_eq!(missing(PAGE), BTreeSet::new());
        for metric in [RECEIVED, ROUNDS, DECIDED, INCOMING] {
            assert_eq!(missing(&PAGE.replace(metric, "renamed")), BTreeSet::from([metric]));
        }
        let idle = format!("{ROUNDS} 4\n");
        assert_eq!(missing(&idle), BTreeSet::new(), "a sampler without spans has counted nothing yet");
    }

    #[test]
    fn a_collector_that_does_not_sample_has_no_sampler() {
        let counters = Counters::parse("otelcol_receiver_accepted_spans 9\n").unwrap();
        assert_eq!(TailSamplerCounts::new(&counters), None);
    }
}
