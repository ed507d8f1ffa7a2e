//! Tests of the waterfall, compared as text.

use std::sync::Arc;

use super::*;
use crate::{Attributes, Resource, SpanId, Status};

fn span(id: u8, parent: Option<u8>, service: &str, kind: Kind, name: &str, micros: (u64, u64)) -> Span {
    let attributes = Attributes::from([("service.name".to_owned(), Value::from(service))]);
    Span {
        span_id: SpanId([id; 8]),
        parent: parent.map(|parent| SpanId([parent; 8])),
        name: name.to_owned(),
        kind,
        start: micros.0 * 1000,
        end: micros.1 * 1000,
        resource: Arc::new(Resource { attributes }),
        ..Span::default()
    }
}

fn with(mut span: Span, key: &str, value: &str) -> Span {
    span.attributes.insert(key.to_owned(), Value::from(value));
    span
}

fn trace() -> Trace {
    let mut failed = with(span(5, Some(2), "users", Kind::Client, "SET", (9_000, 10_000)), "db.system.name", "redis");
    failed.status = Status::Error(String::new());
    let spans = vec![
        span(1, None, "items", Kind::Server, "GET /data", (0, 12_000)),
        span(2, Some(1), "users", Kind::Server, "GET /user", (1_000, 11_000)),
        with(span(3, Some(2), "users", Kind::Client, "GET", (2_000, 8_040)), "http.request.method", "GET"),
        span(4, Some(3), "remote-users", Kind::Server, "GET /get_users", (3_000, 7_000)),
        failed,
    ];
    Trace { spans, ..Trace::default() }
}

#[test]
fn a_waterfall_has_aligned_columns_and_bars_to_scale() {
    let expected = "\
items               SERVER  GET /data                       12.0 ms  ████████████████████████
└ users             SERVER  GET /user                       10.0 ms    ████████████████████
  ├ users           CLIENT  GET             (http)           6.0 ms      ████████████
  │ └ remote-users  SERVER  GET /get_users                   4.0 ms        ████████
  └ users           CLIENT  SET             (redis, ERROR)   1.0 ms                    ██
";
    assert_eq!(waterfall(&trace(), 93), expected);
}

#[test]
fn color_is_there_only_on_request() {
    let trace = trace();
    assert!(!waterfall(&trace, 80).contains('\u{1b}'));
    let colored = Waterfall { trace: &trace, width: 80, color: true }.to_string();
    assert!(colored.lines().last().is_some_and(|line| line.starts_with("\u{1b}[31m")), "{colored}");
}

#[test]
fn a_deep_trace_stays_narrow_and_control_characters_are_harmless() {
    let count = 200_u64;
    let spans = (0..count).map(|n| Span {
        span_id: SpanId(n.to_be_bytes()),
        parent: n.checked_sub(1).map(|parent| SpanId(parent.to_be_bytes())),
        name: "a\u{1b}[2J\n".to_owned(),
        ..Span::default()
    });
    let found = waterfall(&Trace { spans: spans.collect(), ..Trace::default() }, 80);
    assert_eq!(found.lines().count(), 200);
    assert!(found.lines().all(|line| line.chars().count() < 100));
    assert!(!found.contains('\u{1b}'));
}

#[test]
fn a_link_shows_the_beginning_of_the_trace_it_leads_to() {
    let mut linked = span(1, None, "subscriber", Kind::Consumer, "process", (0, 1_000));
    linked.links = vec![crate::Link { trace_id: crate::TraceId([0xab; 16]), ..crate::Link::default() }];
    let trace = Trace { spans: vec![linked], ..Trace::default() };
    let text = waterfall(&trace, 60);
    assert!(text.starts_with("subscriber  CONSUMER  process  (link → abababab…)  1.0 ms"), "{text}");
}
