//! Expectations that are derived from a trace.

use trace_assert::{Expectation, Kind, Labels, Trace, Value};

use crate::build::{client, reference, server, span};

fn printed(trace: &Trace) -> String {
    let observed = Expectation::from(trace);
    let text = observed.to_string();
    assert_eq!(text.parse().as_ref(), Ok(&observed), "{text}");
    if let Err(mismatch) = observed.check(trace, &Labels::default()) {
        panic!("{mismatch}\n{text}");
    }
    text
}

#[test]
fn everything_that_can_be_said_is_said() {
    let tree = server("items", "GET /data")
        .with("http.response.status_code", 500)
        .with("odd key", "a\nb")
        .with("scope", 1.0)
        .resource("service.version", "1.2")
        .scope("axum")
        .in_scope("tailsampling.policy", "errors")
        .event("exception", [("exception.type", Value::from("E"))])
        .failed("boom");
    let inner = span("items", Kind::Internal, "step").resource("service.version", "1.2").scope("axum");
    let inner = inner.in_scope("tailsampling.policy", "errors");
    let text = printed(&tree.child(inner).child(client("users", "GET")).trace());
    assert_eq!(
        text,
        r#"items SERVER "GET /data" ERROR  http.response.status_code=500 "odd key"="a\nb" "scope"=1.0 resource.service.version="1.2" scope="axum" scope.tailsampling.policy="errors" event:"exception"{exception.type="E"}
  items INTERNAL "step"
  users CLIENT "GET"  scope=""
"#
    );
}

#[test]
fn equal_siblings_share_a_line() {
    let call = || client("a", "x").child(server("b", "s").with("n", 1));
    let text = printed(&server("a", "r").child(call()).child(client("a", "y")).child(call()).trace());
    assert_eq!(text, "a SERVER \"r\"  scope=\"\"\n  2 x a CLIENT \"x\"\n    b SERVER \"s\"  n=1\n  a CLIENT \"y\"\n");
}

#[test]
fn links_within_the_trace_are_labels_and_others_are_left_out() {
    let outside = trace_assert::SpanRef { trace_id: trace_assert::TraceId([1; 16]), ..reference(1) };
    let linked = client("a", "y").link(reference(2)).link(outside);
    let text = printed(&server("a", "r").child(client("a", "x")).child(client("a", "x")).child(linked).trace());
    assert_eq!(
        text,
        "a SERVER \"r\"  scope=\"\"\n  a CLIENT \"x\"  as span1\n  a CLIENT \"x\"\n  a CLIENT \"y\"  link:span1\n"
    );
}

#[test]
fn what_json_cannot_write_is_said_to_be_there() {
    let tree =
        server("a", "r").with("bytes", Value::Bytes(vec![1])).with("nan", f64::NAN).with("deep", vec![f64::INFINITY]);
    assert_eq!(printed(&tree.trace()), "a SERVER \"r\"  bytes? deep? nan? scope=\"\"\n");
}

#[test]
fn a_trace_without_spans_is_an_expectation_without_lines() {
    let observed = Expectation::from(&Trace::default());
    assert_eq!(observed.to_string(), "");
    assert_eq!(observed.check(&Trace::default(), &Labels::default()), Ok(Labels::default()));
    let mismatch = observed.check(&server("a", "r").trace(), &Labels::default()).expect_err("there is a span");
    assert_eq!(mismatch.sentence(), r#"unexpected: a SERVER "r" as the root: the trace was expected to be empty"#);
}
