//! Derives an expectation from an observed trace.

use std::collections::{BTreeSet, HashMap, HashSet};

use opentelemetry_semantic_conventions::attribute::SERVICE_NAME;

use super::{
    pattern::{Clause, Condition, Pattern, StatusWord, Test},
    tree::Expectation,
};
use crate::model::{Attributes, Event, Forest, Span, SpanId, Trace};

/// Derives the expectation that describes a trace in full: services, kinds, names, statuses, attributes, events and
/// links.
///
/// A trace with one root matches the expectation that was derived from it. The order of siblings, times and scope
/// versions are not part of the expectation.
///
/// - Siblings are listed by start time. Siblings with equal subtrees share one line with a count.
/// - Resource and scope are listed only where they differ from those of the parent.
/// - A span gets a label if a link within the trace points to it. Links to other traces are omitted, because only the
///   expectation of the other trace could bind their label.
/// - Values that JSON cannot represent (bytes, NaN and infinities) are only expected to be present: `key?`.
/// - If the trace has several roots, the result describes the tree of the first one; [`Expectation::from_each_root`]
///   describes all of them.
impl From<&Trace> for Expectation {
    fn from(trace: &Trace) -> Self {
        Self::from_each_root(trace).into_iter().next().unwrap_or_default()
    }
}

impl Expectation {
    /// Derives one expectation per root of a trace, sorted by the start time of the roots.
    ///
    /// An incomplete trace has several roots: this returns each of its pieces.
    pub fn from_each_root(trace: &Trace) -> Vec<Self> {
        let forest = trace.forest();
        forest.roots().iter().map(|root| Observer::new(&trace.spans, &forest, root.span).tree()).collect()
    }
}

/// A line and the classes of its child lines with their counts; spans with equal subtrees have equal shapes.
type Shape = (Pattern, Vec<(usize, usize)>);

/// Derives the expectation of one tree of the forest.
struct Observer<'a> {
    spans: &'a [Span],
    forest: &'a Forest,
    /// The spans of the tree with their depths, parents before children.
    order: Vec<(usize, usize)>,
    /// For each span that a link points to: its position and its label.
    labels: HashMap<SpanId, (usize, String)>,
}

impl<'a> Observer<'a> {
    fn new(spans: &'a [Span], forest: &'a Forest, root: usize) -> Self {
        let order = forest.preorder(root);
        let mut labels = HashMap::new();
        let linked: HashSet<SpanId> = order.iter().flat_map(|(span, _)| own_links(&spans[*span])).collect();
        for (span, _) in &order {
            let id = spans[*span].span_id;
            if linked.contains(&id) && !labels.contains_key(&id) {
                labels.insert(id, (*span, format!("span{}", labels.len() + 1)));
            }
        }
        Self { spans, forest, order, labels }
    }

    /// Computes the shape of each span from the leaves up, then writes the shapes from the root down.
    #[expect(clippy::mutable_key_type, reason = "a regular expression caches inside, but is compared by its source")]
    fn tree(self) -> Expectation {
        let mut classes: HashMap<Shape, usize> = HashMap::new();
        let mut class_of = vec![0; self.spans.len()];
        for (span, _) in self.order.iter().copied().rev() {
            let mut below: Vec<(usize, usize)> = Vec::new();
            let mut places = HashMap::new();
            for child in self.forest.children(span) {
                let place = *places.entry(class_of[*child]).or_insert(below.len());
                match below.get_mut(place) {
                    Some((_, count)) => *count += 1,
                    None => below.push((class_of[*child], 1)),
                }
            }
            let shape = (self.pattern(span), below);
            let next = classes.len();
            class_of[span] = *classes.entry(shape).or_insert(next);
        }
        let root = self.order.first().map_or(0, |(span, _)| class_of[*span]);
        write(classes, root)
    }

    fn pattern(&self, position: usize) -> Pattern {
        let span = &self.spans[position];
        let parent = self.forest.parent(position).map(|parent| &self.spans[parent]);
        let status = StatusWord::from_observed(&span.status);
        // If two spans have the same ID, the first one gets the label.
        let label = self.labels.get(&span.span_id).filter(|(labelled, _)| *labelled == position);
        let label = label.map(|(_, label)| label.clone());
        let clauses = self.clauses(span, parent);
        Pattern { service: span.service().to_owned(), kind: span.kind, name: span.name.clone(), status, clauses, label }
    }

    fn clauses(&self, span: &Span, parent: Option<&Span>) -> Vec<Clause> {
        let mut clauses: Vec<_> = conditions(&span.attributes).map(Clause::Attribute).collect();
        if parent.is_none_or(|parent| parent.resource != span.resource) {
            let named = |condition: &Condition| condition.key != SERVICE_NAME || span.service().is_empty();
            clauses.extend(conditions(&span.resource.attributes).filter(named).map(Clause::Resource));
        }
        if parent.is_none_or(|parent| parent.scope.name != span.scope.name) {
            clauses.push(Clause::Scope(span.scope.name.clone()));
        }
        if parent.is_none_or(|parent| parent.scope.attributes != span.scope.attributes) {
            clauses.extend(conditions(&span.scope.attributes).map(Clause::ScopeAttribute));
        }
        clauses.extend(span.events.iter().map(event));
        let linked: BTreeSet<&(usize, String)> = own_links(span).filter_map(|id| self.labels.get(&id)).collect();
        clauses.extend(linked.into_iter().map(|(_, label)| Clause::Link(label.clone())));
        clauses
    }
}

/// Returns the spans of the same trace that a span links to.
fn own_links(span: &Span) -> impl Iterator<Item = SpanId> {
    span.links.iter().filter(|link| link.trace_id == span.trace_id).map(|link| link.span_id)
}

fn conditions(attributes: &Attributes) -> impl Iterator<Item = Condition> {
    attributes.iter().map(|(key, value)| Condition { key: key.clone(), test: Test::from_observed(Some(value)) })
}

fn event(event: &Event) -> Clause {
    Clause::Event { name: event.name.clone(), conditions: conditions(&event.attributes).collect() }
}

#[expect(clippy::mutable_key_type, reason = "a regular expression caches inside, but is compared by its source")]
fn write(classes: HashMap<Shape, usize>, root: usize) -> Expectation {
    let mut shapes: Vec<_> = classes.into_iter().collect();
    shapes.sort_by_key(|(_, class)| *class);
    let mut tree = Expectation::default();
    let mut pending = vec![(None, root, 1)];
    while let Some((parent, class, count)) = pending.pop() {
        let ((pattern, below), _) = &shapes[class];
        let node = tree.push(parent, count, pattern.clone(), false);
        pending.extend(below.iter().rev().map(|(class, count)| (Some(node), *class, *count)));
    }
    tree
}
