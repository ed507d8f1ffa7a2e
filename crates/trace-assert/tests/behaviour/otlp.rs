//! OTLP JSON: what is accepted, what is rejected, and that written spans are read back unchanged.

use std::sync::Arc;

use proptest::{collection::btree_map, collection::vec, option, prelude::*, sample::select};
use trace_assert::{
    Attributes, Event, Kind, Link, Resource, Scope, Span, SpanId, Status, TraceId, Value,
    otlp::{OtlpError, parse, write},
};

fn document(span: &str) -> String {
    let ids = r#""traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7""#;
    format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{{ids}{span}}}]}}]}}]}}"#)
}

fn one(span: &str) -> Span {
    parse(&document(span)).expect("the document of this test is right").remove(0)
}

#[test]
fn numbers_may_be_strings_and_enumerations_names() {
    let plain =
        one(r#","kind":3,"startTimeUnixNano":"1","endTimeUnixNano":"18446744073709551615","status":{"code":2}"#);
    let names = r#","kind":"SPAN_KIND_CLIENT","startTimeUnixNano":1,"endTimeUnixNano":18446744073709551615,"status":{"code":"STATUS_CODE_ERROR"}"#;
    assert_eq!(one(names), plain);
    assert_eq!((plain.kind, plain.end, plain.status), (Kind::Client, u64::MAX, Status::Error(String::new())));
}

#[test]
fn values_of_all_types_are_read() {
    let attribute = |value: &str| {
        let span = one(&format!(r#","attributes":[{{"key":"k","value":{value}}}]"#));
        span.attributes["k"].clone()
    };
    assert_eq!(attribute(r#"{"stringValue":"200"}"#), Value::from("200"));
    assert_eq!(attribute(r#"{"intValue":"-200"}"#), Value::from(-200));
    assert_eq!(attribute(r#"{"intValue":200}"#), Value::from(200));
    assert_eq!(attribute(r#"{"doubleValue":200}"#), Value::from(200.0));
    assert_eq!(attribute(r#"{"doubleValue":"NaN"}"#), Value::from(f64::NAN));
    assert_eq!(attribute(r#"{"boolValue":false}"#), Value::from(false));
    assert_eq!(attribute(r#"{"bytesValue":"AQID"}"#), Value::Bytes(vec![1, 2, 3]));
    assert_eq!(attribute("{}"), Value::Null);
    assert_eq!(attribute(r#"{"arrayValue":{"values":[{"intValue":1}]}}"#), Value::from(vec![1]));
    let map = attribute(r#"{"kvlistValue":{"values":[{"key":"a","value":{"boolValue":true}}]}}"#);
    assert_eq!(map, Value::Map([("a".to_owned(), Value::from(true))].into()));
}

#[test]
fn the_answer_of_a_query_api_is_read() {
    let inner = document("");
    assert_eq!(parse(&format!(r#"{{"result":{inner}}}"#)).map(|spans| spans.len()).ok(), Some(1));
    assert_eq!(parse(r#"{"result":{"resourceSpans":[]}}"#).map(|spans| spans.len()).ok(), Some(0));
    let error = parse(r#"{"error":{"httpCode":404,"message":"No traces found"}}"#).expect_err("an error");
    assert!(matches!(error, OtlpError::Answer { code: 404, .. }));
}

#[test]
fn several_documents_are_read_one_after_the_other() {
    let text = format!("{}\n\n{}\n", document(""), document(r#","name":"b""#));
    let names: Vec<String> = parse(&text).expect("two documents").into_iter().map(|span| span.name).collect();
    assert_eq!(names, ["", "b"]);
    assert_eq!(parse("").map(|spans| spans.len()).ok(), Some(0));
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("the bits of a NaN are not kept", |n| !n.is_nan()).prop_map(Value::from),
        Just(Value::from(f64::NAN)),
        any::<String>().prop_map(Value::from),
        vec(any::<u8>(), 0..9).prop_map(Value::Bytes),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::Array),
            btree_map(any::<String>(), inner, 0..3).prop_map(Value::Map),
        ]
    })
}

fn attributes() -> impl Strategy<Value = Attributes> {
    btree_map(any::<String>(), value(), 0..4)
}

fn id<const N: usize>() -> impl Strategy<Value = [u8; N]> {
    any::<[u8; N]>().prop_filter("zeros are no id", |id| id.iter().any(|byte| *byte != 0))
}

prop_compose! {
    fn event()(time in any::<u64>(), name in any::<String>(), attributes in attributes()) -> Event {
        Event { time, name, attributes }
    }
}

prop_compose! {
    fn link()(trace in id(), span in id(), trace_state in any::<String>(), flags in any::<u32>(), attributes in attributes()) -> Link {
        Link { trace_id: TraceId(trace), span_id: SpanId(span), trace_state, flags, attributes }
    }
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![Just(Status::Unset), Just(Status::Ok), any::<String>().prop_map(Status::Error)]
}

prop_compose! {
    fn span()(
        (trace, span, parent) in (id(), id(), option::of(id())),
        (name, kind, start, end) in (any::<String>(), select(&Kind::ALL[..]), any::<u64>(), any::<u64>()),
        (attributes, events, links) in (attributes(), vec(event(), 0..3), vec(link(), 0..3)),
        (status, trace_state, flags) in (status(), any::<String>(), any::<u32>()),
        (resource, scope_name, version, scope) in (attributes(), any::<String>(), any::<String>(), attributes()),
    ) -> Span {
        Span {
            trace_id: TraceId(trace), span_id: SpanId(span), parent: parent.map(SpanId),
            name, kind, start, end, attributes, events, links, status, trace_state, flags,
            resource: Arc::new(Resource { attributes: resource }),
            scope: Arc::new(Scope { name: scope_name, version, attributes: scope }),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_written_is_read_back_as_it_was(spans in vec(span(), 0..5)) {
        let text = write(&spans);
        prop_assert!(!text.contains('\n'));
        let read = parse(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(read, spans);
    }
}
