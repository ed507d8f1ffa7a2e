//! A span exporter that stores spans in memory and notifies waiting tests.

use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use tokio::sync::watch;

use super::recorded::RecordedSpan;

/// Spans in the order in which they ended.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    spans: Arc<Mutex<Vec<RecordedSpan>>>,
    count: Arc<watch::Sender<usize>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { spans: Arc::default(), count: Arc::new(watch::Sender::new(0)) }
    }
}

impl Memory {
    pub(super) fn spans(&self) -> Vec<RecordedSpan> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A receiver whose value changes whenever spans have ended.
    pub(super) fn ended(&self) -> watch::Receiver<usize> {
        self.count.subscribe()
    }
}

impl SpanExporter for Memory {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let count = batch.len();
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).extend(batch.into_iter().map(RecordedSpan::from));
        self.count.send_modify(|ended| *ended += count);
        Ok(())
    }
}
