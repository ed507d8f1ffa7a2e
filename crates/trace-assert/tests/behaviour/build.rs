//! Builds traces in code.

use std::sync::Arc;

use trace_assert::{Event, Kind, Link, Resource, Span, SpanId, SpanRef, Status, Trace, TraceId, Value};

/// A millisecond, in nanoseconds.
pub(crate) const MS: u64 = 1_000_000;

/// A span with its subtree.
#[derive(Clone)]
pub(crate) struct Tree {
    pub(crate) span: Span,
    pub(crate) children: Vec<Tree>,
}

/// Creates a span without children; [`Tree::trace`] assigns its ID and times.
pub(crate) fn span(service: &str, kind: Kind, name: &str) -> Tree {
    let attributes = [("service.name".to_owned(), Value::from(service))].into();
    let resource = Arc::new(Resource { attributes });
    Tree { span: Span { kind, name: name.to_owned(), resource, ..Span::default() }, children: Vec::new() }
}

pub(crate) fn server(service: &str, name: &str) -> Tree {
    span(service, Kind::Server, name)
}

pub(crate) fn client(service: &str, name: &str) -> Tree {
    span(service, Kind::Client, name)
}

impl Tree {
    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.span.attributes.insert(key.to_owned(), value.into());
        self
    }

    pub(crate) fn resource(mut self, key: &str, value: impl Into<Value>) -> Self {
        Arc::make_mut(&mut self.span.resource).attributes.insert(key.to_owned(), value.into());
        self
    }

    pub(crate) fn in_scope(mut self, key: &str, value: impl Into<Value>) -> Self {
        Arc::make_mut(&mut self.span.scope).attributes.insert(key.to_owned(), value.into());
        self
    }

    pub(crate) fn scope(mut self, name: &str) -> Self {
        Arc::make_mut(&mut self.span.scope).name = name.to_owned();
        self
    }

    pub(crate) fn event<const N: usize>(mut self, name: &str, attributes: [(&str, Value); N]) -> Self {
        let attributes = attributes.map(|(key, value)| (key.to_owned(), value)).into();
        self.span.events.push(Event { time: 0, name: name.to_owned(), attributes });
        self
    }

    pub(crate) fn link(mut self, to: SpanRef) -> Self {
        self.span.links.push(Link { trace_id: to.trace_id, span_id: to.span_id, ..Link::default() });
        self
    }

    pub(crate) fn failed(mut self, message: &str) -> Self {
        self.span.status = Status::Error(message.to_owned());
        self
    }

    pub(crate) fn child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    /// Builds the trace. IDs count from 1 in the order of the tree; every span starts 1 ms after the one before it
    /// and ends after its subtree.
    pub(crate) fn trace(self) -> Trace {
        let id = TraceId([0xab; 16]);
        let mut spans = Vec::new();
        place(self, None, &mut spans);
        Trace { id, spans }
    }
}

/// Returns the ID of span number `n` in the order of the tree.
pub(crate) fn id(n: u64) -> SpanId {
    SpanId(n.to_be_bytes())
}

/// Returns a reference to span number `n`, with its trace ID.
pub(crate) fn reference(n: u64) -> SpanRef {
    SpanRef { trace_id: TraceId([0xab; 16]), span_id: id(n) }
}

fn place(tree: Tree, parent: Option<SpanId>, spans: &mut Vec<Span>) {
    let number = spans.len() as u64 + 1;
    let position = spans.len();
    let (start, end) = (number * MS, 1_000 * MS - number * MS);
    let span_id = id(number);
    spans.push(Span { trace_id: TraceId([0xab; 16]), span_id, parent, start, end, ..tree.span });
    tree.children.into_iter().for_each(|child| place(child, Some(span_id), spans));
    debug_assert!(spans[position].start < spans[position].end);
}

/// Builds `GET /data` with a cold cache: 1 items, 2 items CLIENT, 3 users, 4 redis GET, 5 http GET, 6 remote-users, 7
/// SET.
pub(crate) fn cold() -> Trace {
    cold_tree().trace()
}

pub(crate) fn cold_tree() -> Tree {
    let http = client("users", "GET").with("url.full", "http://127.0.0.1:8001/get_users");
    let user = server("users", "GET /user")
        .with("http.response.status_code", 200)
        .event("user picked", [("lab.user.index", Value::from(3))])
        .child(client("users", "GET").with("db.system.name", "redis").with("cache.hit", false))
        .child(http.child(server("remote-users", "GET /get_users")))
        .child(client("users", "SET").with("db.system.name", "redis"));
    server("items", "GET /data").child(client("items", "GET").child(user))
}

/// The expectation that [`cold`] matches.
pub(crate) const COLD: &str = r#"
items SERVER "GET /data"
  items CLIENT "GET"
    users SERVER "GET /user"  http.response.status_code=200 event:"user picked"{lab.user.index=3}
      users CLIENT "GET"  db.system.name="redis" cache.hit=false
      users CLIENT "GET"  url.full~"/get_users$"
        remote-users SERVER "GET /get_users"
      users CLIENT "SET"  db.system.name="redis"
"#;
