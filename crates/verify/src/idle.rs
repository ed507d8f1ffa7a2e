//! The baseline: what was counted before the first step, read while nothing moves.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, MissedTickBehavior, interval};

use ledger::timeouts::Timeouts;
use ledger::{Ledger, Pending, Reader, Sweep, TailSamplerState, balance, joined};

/// Sweeps until nothing is live or held anywhere, twice with the same counts. One sweep does not show it: it reads the parts
/// one after the other, and a span that moves meanwhile may be counted by its sender and not yet by its receiver.
pub(crate) async fn wait_until_idle(reader: &Reader, timeouts: Timeouts) -> Result<Sweep> {
    let begun = Instant::now();
    let mut samplers = reader.tail_sampler_state();
    let mut before = None;
    let mut ticks = interval(Duration::from_millis(50));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let busy = match reader.sweep(&BTreeSet::new()).await {
            Ok(sweep) => {
                let busy = busy(reader.hops(), &sweep, &mut samplers);
                if busy.is_empty() && before.as_ref().is_some_and(|before| sweep.has_same_counts_as(before)) {
                    return Ok(sweep);
                }
                before = busy.is_empty().then_some(sweep);
                busy
            }
            Err(error) if !error.is_timeout() && begun.elapsed() > timeouts.for_a_listener() => {
                return Err(error.into());
            }
            Err(error) => vec![Pending::from(&error)],
        };
        if begun.elapsed() > timeouts.until_idle() {
            let busy = if busy.is_empty() { "spans are still arriving".to_owned() } else { joined(&busy) };
            bail!("the parts did not become idle within {} s: {busy}", timeouts.until_idle().as_secs());
        }
    }
}

/// What keeps the parts busy, counted since they began. A part without one of its counters only seems busy: the ledger reports
/// the missing counter at the end of the run.
fn busy(hops: &[String], sweep: &Sweep, samplers: &mut TailSamplerState) -> Vec<Pending> {
    let deltas = Ledger::new(&Sweep::default(), hops).deltas(sweep);
    deltas.certainly_pending(&balance::idle(&deltas, &BTreeSet::new(), samplers))
}

#[cfg(test)]
mod tests {
    use ledger::counters::Counters;
    use ledger::ended_span::SpansPage;
    use ledger::reading::Reading;

    use super::*;

    #[test]
    fn a_service_that_lacks_a_counter_is_not_taken_for_busy() {
        let page = "otel_sdk_span_live 0\notel_sdk_span_started 2\notel_sdk_processor_span_processed 2\n\
                    otel_sdk_exporter_span_exported 2\n";
        let busy = |page: &str, ended| {
            let spans = SpansPage { instance: Some("one".to_owned()), ended, spans: Vec::new() };
            let reading = Reading::of_service("items", Counters::parse(page).unwrap(), spans);
            let sweep = Sweep([("items".to_owned(), reading)].into());
            busy(&[], &sweep, &mut TailSamplerState::default())
        };
        assert_eq!((busy(page, 2), busy(page, 3).len()), (Vec::new(), 1));
        assert_eq!(busy(&page.replace("span_processed", "renamed"), 2), []);
        let live = page.replace("span_processed", "renamed").replace("live 0", "live 1");
        assert_eq!(busy(&live, 2), [Pending::Live { service: "items".to_owned(), spans: 1 }]);
    }

    #[test]
    fn a_tail_sampler_that_lacks_a_counter_still_holds_what_it_has_not_decided() {
        let page = "otelcol_receiver_accepted_spans 4\notelcol_exporter_sent_spans{exporter=\"store\"} 1\n\
                    otelcol_processor_tail_sampling_new_trace_id_received 2\n\
                    otelcol_processor_tail_sampling_global_count_traces_sampled{sampled=\"true\"} 1\n\
                    otelcol_processor_tail_sampling_sampling_decision_timer_latency_count 3\n";
        let busy = |page: &str| {
            let reading = Reading { counters: Counters::parse(page).unwrap(), ..Reading::default() };
            let sweep = Sweep([("gateway".to_owned(), reading)].into());
            busy(&["gateway".to_owned()], &sweep, &mut TailSamplerState::default())
        };
        assert_eq!(busy(page).len(), 1, "one of the two traces is undecided");
        assert_eq!(busy(&page.replace("sampling_decision_timer", "renamed")), []);
    }
}
