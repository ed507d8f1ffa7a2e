//! A trace: the spans that have the same trace ID, exactly as they were stored.

use std::collections::HashMap;

use super::{
    forest::Forest,
    id::{SpanId, TraceId},
    span::Span,
};

/// All stored spans of one trace, including duplicates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// The trace ID.
    pub id: TraceId,
    /// The spans, in the order in which they were stored.
    pub spans: Vec<Span>,
}

impl Trace {
    /// Groups spans by trace ID; the traces are in the order in which they first occur.
    pub fn group(spans: Vec<Span>) -> Vec<Self> {
        let mut traces: Vec<Self> = Vec::new();
        let mut positions = HashMap::new();
        for span in spans {
            let position = *positions.entry(span.trace_id).or_insert(traces.len());
            if position == traces.len() {
                traces.push(Self { id: span.trace_id, spans: Vec::new() });
            }
            traces[position].spans.push(span);
        }
        traces
    }

    /// Whether a span of this trace links to a span of another trace.
    pub fn links_to(&self, other: TraceId) -> bool {
        self.id != other && self.spans.iter().flat_map(|span| &span.links).any(|link| link.trace_id == other)
    }

    /// Returns the tree or trees that the spans form.
    pub fn forest(&self) -> Forest {
        Forest::new(&self.spans)
    }

    /// Returns the roots, sorted by start time: spans without a parent, orphans (the parent is not in the trace), and
    /// one span of each cycle of parents.
    pub fn roots(&self) -> Vec<&Span> {
        self.forest().roots().iter().map(|root| &self.spans[root.span]).collect()
    }

    /// Returns the spans that name `parent` as their parent, sorted by start time.
    pub fn children_of(&self, parent: SpanId) -> Vec<&Span> {
        let mut children: Vec<_> = self.spans.iter().filter(|span| span.parent == Some(parent)).collect();
        children.sort_by_key(|span| span.start);
        children
    }

    /// Returns the first span with this ID.
    pub fn span(&self, id: SpanId) -> Option<&Span> {
        self.spans.iter().find(|span| span.span_id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_grouped_by_trace_in_order_of_appearance() {
        let span = |trace, id| Span { trace_id: TraceId([trace; 16]), span_id: SpanId([id; 8]), ..Span::default() };
        let traces = Trace::group(vec![span(2, 1), span(1, 2), span(2, 3)]);
        let shape: Vec<_> = traces.iter().map(|trace| (trace.id.0[0], trace.spans.len())).collect();
        assert_eq!(shape, [(2, 2), (1, 1)]);
    }
}
