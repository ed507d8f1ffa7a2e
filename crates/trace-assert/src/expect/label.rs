//! Labels: names that expectations give to spans, so that links can point to them.

use std::collections::BTreeMap;

use crate::model::{SpanId, TraceId};

/// A span, anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanRef {
    /// Its trace.
    pub trace_id: TraceId,
    /// Its id.
    pub span_id: SpanId,
}

/// Labels and the spans that they are bound to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels(pub BTreeMap<String, SpanRef>);

impl Labels {
    /// The span that a label is bound to.
    pub fn get(&self, label: &str) -> Option<SpanRef> {
        self.0.get(label).copied()
    }

    /// Binds a label, instead of whatever it was bound to.
    pub fn bind(&mut self, label: impl Into<String>, span: SpanRef) {
        self.0.insert(label.into(), span);
    }
}
