//! Creates the mutants of a recording: every variant of every mutation, for every span.

use std::sync::Arc;

use trace_assert::{Span, SpanId, Status, Trace, Value};

/// An hour, in nanoseconds; longer than any trace.
const HOUR: u64 = 3_600_000_000_000;

/// Recorded traces with a single change.
pub(crate) struct Mutant {
    /// The name of the mutation, one of seven.
    pub(crate) mutation: &'static str,
    pub(crate) change: Change,
    /// The variant of the mutation.
    pub(crate) how: String,
    /// The changed span before the change, and its parent.
    pub(crate) span: Span,
    pub(crate) parent: Option<Span>,
    pub(crate) traces: Vec<Trace>,
}

/// What was changed, in the categories that decide whether the change can be detected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// The existence, the parent or the name of the span, or the order of its start and end.
    Structure,
    Start,
    End,
    /// The value or the presence of an attribute; keys of resource attributes start with `resource.`.
    Value(String),
    Absence(String),
    Status,
    Event(String),
}

/// Returns all mutants.
pub(crate) fn mutants(traces: &[Trace]) -> Vec<Mutant> {
    let mut all = Vec::new();
    for (number, trace) in traces.iter().enumerate() {
        for position in 0..trace.spans.len() {
            let site = Site { traces, number, position };
            site.drop(&mut all);
            site.reparent(&mut all);
            site.duplicate(&mut all);
            site.rename(&mut all);
            site.retime(&mut all);
            site.relabel(&mut all);
            site.remove_events(&mut all);
        }
    }
    all
}

/// One span of a recording.
struct Site<'a> {
    traces: &'a [Trace],
    number: usize,
    position: usize,
}

impl Site<'_> {
    fn spans(&self) -> &[Span] {
        &self.traces[self.number].spans
    }

    fn span(&self) -> &Span {
        &self.spans()[self.position]
    }

    fn parent(&self) -> Option<&Span> {
        let parent = self.span().parent?;
        self.spans().iter().find(|span| span.span_id == parent)
    }

    fn mutant(
        &self,
        mutation: &'static str,
        how: &str,
        change: Change,
        apply: impl FnOnce(&mut Vec<Span>, usize),
    ) -> Mutant {
        let mut traces = self.traces.to_vec();
        apply(&mut traces[self.number].spans, self.position);
        Mutant {
            mutation,
            change,
            how: how.to_owned(),
            span: self.span().clone(),
            parent: self.parent().cloned(),
            traces,
        }
    }

    fn drop(&self, all: &mut Vec<Mutant>) {
        all.push(self.mutant("drop", "", Change::Structure, |spans, at| {
            spans.remove(at);
        }));
    }

    /// Moves the span below every other span that is not its descendant, makes it a root, and makes it an orphan.
    fn reparent(&self, all: &mut Vec<Mutant>) {
        let below = self.traces[self.number].forest().preorder(self.position);
        let others = (0..self.spans().len()).filter(|other| below.iter().all(|(below, _)| below != other));
        let parents = others.map(|other| (Some(self.spans()[other].span_id), self.spans()[other].title()));
        let absent = (Some(SpanId([0xee; 8])), "a span that is not there".to_owned());
        for (parent, title) in parents.chain([(None, "nothing".to_owned()), absent]) {
            if parent != self.span().parent {
                let how = format!("below {title}");
                all.push(self.mutant("reparent", &how, Change::Structure, |spans, at| spans[at].parent = parent));
            }
        }
    }

    fn duplicate(&self, all: &mut Vec<Mutant>) {
        all.push(self.mutant("duplicate", "with its id", Change::Structure, |spans, at| {
            spans.push(spans[at].clone());
        }));
        all.push(self.mutant("duplicate", "with another id", Change::Structure, |spans, at| {
            spans.push(Span { span_id: SpanId([0xdd; 8]), ..spans[at].clone() });
        }));
    }

    fn rename(&self, all: &mut Vec<Mutant>) {
        all.push(self.mutant("rename", "", Change::Structure, |spans, at| spans[at].name.push_str(" mutant")));
    }

    fn retime(&self, all: &mut Vec<Mutant>) {
        all.push(self.mutant("retime", "an hour earlier", Change::Start, |spans, at| {
            (spans[at].start, spans[at].end) = (spans[at].start - HOUR, spans[at].end - HOUR);
        }));
        all.push(self.mutant("retime", "an hour later", Change::End, |spans, at| {
            (spans[at].start, spans[at].end) = (spans[at].start + HOUR, spans[at].end + HOUR);
        }));
        all.push(self.mutant("retime", "an hour longer", Change::End, |spans, at| spans[at].end += HOUR));
        all.push(self.mutant("retime", "to end before its start", Change::Structure, |spans, at| {
            spans[at].end = spans[at].start - 1;
        }));
    }

    fn relabel(&self, all: &mut Vec<Mutant>) {
        let keys = self.span().attributes.keys().map(|key| (key.clone(), false));
        let resource = self.span().resource.attributes.keys().map(|key| (key.clone(), true));
        for (key, resource) in keys.chain(resource) {
            let shown = if resource { format!("resource.{key}") } else { key.clone() };
            let change = Change::Value(shown.clone());
            all.push(self.mutant("relabel", &shown, change, |spans, at| {
                let attributes = attributes(&mut spans[at], resource);
                let value = attributes.get_mut(&key).expect("the key is one of the span's own");
                *value = another(value);
            }));
            all.push(self.mutant(
                "relabel",
                &format!("without {shown}"),
                Change::Absence(shown.clone()),
                |spans, at| {
                    attributes(&mut spans[at], resource).remove(&key);
                },
            ));
        }
        all.push(self.mutant("relabel", "status", Change::Status, |spans, at| {
            let failed = spans[at].status.is_error();
            spans[at].status = if failed { Status::Unset } else { Status::Error(String::new()) };
        }));
    }

    fn remove_events(&self, all: &mut Vec<Mutant>) {
        for (number, event) in self.span().events.iter().enumerate() {
            let change = Change::Event(event.name.clone());
            all.push(self.mutant("remove-event", &event.name, change, |spans, at| {
                spans[at].events.remove(number);
            }));
        }
    }
}

fn attributes(span: &mut Span, resource: bool) -> &mut trace_assert::Attributes {
    if resource { &mut Arc::make_mut(&mut span.resource).attributes } else { &mut span.attributes }
}

/// Returns another value of the same type, which no expectation contains.
fn another(value: &Value) -> Value {
    match value {
        Value::Bool(value) => Value::Bool(!value),
        Value::Int(number) => Value::Int(number + 1),
        Value::Double(number) => Value::Double(number + 1.0),
        _ => Value::from("mutant"),
    }
}
