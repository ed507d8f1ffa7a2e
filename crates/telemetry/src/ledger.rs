//! The ledger of a process: counters of started, live and ended spans, and the IDs of the spans that ended last.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use opentelemetry::Context;
use opentelemetry_sdk::trace::{Span, SpanData};
use serde::Serialize;

use crate::processor::Stage;

/// The number of ended spans that are remembered with their IDs. Older spans are only counted.
pub(crate) const CAPACITY: usize = 4096;

/// Counts and remembers the spans of this process since it started.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    started: AtomicU64,
    unsampled: AtomicU64,
    live: AtomicI64,
    ended: Mutex<Ended>,
}

#[derive(Debug, Default)]
struct Ended {
    count: u64,
    last: VecDeque<EndedSpan>,
}

/// An ended span, with its IDs, so that a span that is missing in a store can be named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct EndedSpan {
    trace_id: String,
    span_id: String,
    name: String,
    sampled: bool,
}

/// A snapshot of the ledger.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) live: i64,
    pub(crate) ended: u64,
    pub(crate) spans: Vec<EndedSpan>,
}

/// The stage that updates the ledger.
#[derive(Debug)]
pub(crate) struct LedgerStage(pub(crate) Arc<Ledger>);

impl Stage for LedgerStage {
    fn start(&self, _span: &mut Span, _parent: &Context) {
        self.0.open();
    }

    fn end(&self, span: &mut SpanData) {
        self.0.close(span);
    }
}

impl Ledger {
    pub(crate) fn count_started(&self, sampled: bool) {
        self.started.fetch_add(1, Ordering::Relaxed);
        if !sampled {
            self.unsampled.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a recording span that started.
    fn open(&self) {
        self.live.fetch_add(1, Ordering::SeqCst);
    }

    /// Counts and remembers a recording span that ended.
    fn close(&self, span: &SpanData) {
        let ended = EndedSpan {
            trace_id: span.span_context.trace_id().to_string(),
            span_id: span.span_context.span_id().to_string(),
            name: span.name.clone().into_owned(),
            sampled: span.span_context.is_sampled(),
        };
        let mut ended_spans = self.ended();
        if ended_spans.last.len() == CAPACITY {
            ended_spans.last.pop_front();
        }
        ended_spans.last.push_back(ended);
        ended_spans.count += 1;
        // Last, and under the lock: a reader that sees no live spans also sees all ended ones.
        self.live.fetch_sub(1, Ordering::SeqCst);
    }

    pub(crate) fn live(&self) -> i64 {
        self.live.load(Ordering::SeqCst)
    }

    /// The number of started spans, and how many of them the sampler dropped.
    pub(crate) fn started(&self) -> (u64, u64) {
        (self.started.load(Ordering::Relaxed), self.unsampled.load(Ordering::Relaxed))
    }

    pub(crate) fn ended_count(&self) -> u64 {
        self.ended().count
    }

    pub(crate) fn page(&self) -> Page {
        let spans = self.ended();
        Page { live: self.live(), ended: spans.count, spans: spans.last.iter().cloned().collect() }
    }

    fn ended(&self) -> MutexGuard<'_, Ended> {
        // No code panics while it holds this lock, so the data behind a poisoned lock is consistent.
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use opentelemetry::trace::{Tracer as _, TracerProvider as _};
    use opentelemetry_sdk::trace::SdkTracerProvider;

    use crate::processor::StagedProcessor;

    fn ledger_and_provider() -> (Arc<Ledger>, SdkTracerProvider) {
        let ledger = Arc::new(Ledger::default());
        let processor = StagedProcessor::new(vec![Box::new(LedgerStage(Arc::clone(&ledger)))], None);
        (ledger, SdkTracerProvider::builder().with_span_processor(processor).build())
    }

    #[test]
    fn ended_spans_are_counted_without_limit_and_remembered_up_to_it() {
        let (ledger, provider) = ledger_and_provider();
        let tracer = provider.tracer("test");
        for number in 0..CAPACITY + 3 {
            drop(tracer.start(number.to_string()));
        }
        let page = ledger.page();
        assert_eq!((page.live, page.ended, page.spans.len()), (0, CAPACITY as u64 + 3, CAPACITY));
        assert_eq!((page.spans[0].name.as_str(), page.spans[CAPACITY - 1].name.as_str()), ("3", "4098"));
    }

    #[test]
    fn a_span_is_live_until_it_ends() {
        let (ledger, provider) = ledger_and_provider();
        let span = provider.tracer("test").start("one");
        assert_eq!((ledger.live(), ledger.ended_count()), (1, 0));
        drop(span);
        assert_eq!((ledger.live(), ledger.ended_count()), (0, 1));
    }
}
