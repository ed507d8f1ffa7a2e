//! Every invariant, with traces that satisfy it and traces that violate it.

use std::sync::Arc;

use trace_assert::{
    Kind, SpanId, Trace, Value,
    invariants::{Invariant, Options, Violation, check},
};

use crate::build::{MS, Tree, client, cold, id, server, span};

fn findings(trace: &Trace) -> Vec<String> {
    check(trace, &Options::default()).iter().map(ToString::to_string).collect()
}

fn http_server(name: &str) -> Tree {
    server("a", name).with("http.request.method", "GET").with("url.path", "/").with("url.scheme", "http")
}

fn two(parent: Kind, child: Kind) -> Trace {
    span("a", parent, "p").child(span("b", child, "c")).trace()
}

#[test]
fn a_good_trace_keeps_every_invariant() {
    let redis = client("a", "GET").with("db.system.name", "redis").with("db.operation.name", "GET");
    assert_eq!(findings(&http_server("GET /").child(redis).trace()), [""; 0]);
}

#[test]
fn one_root() {
    let mut trace = two(Kind::Server, Kind::Internal);
    trace.spans[1].parent = None;
    assert_eq!(findings(&trace), [r#"one-root: b INTERNAL "c" is a second root; the first root is a SERVER "p""#]);
    trace.spans[0].parent = Some(id(2));
    trace.spans[1].parent = Some(id(1));
    let found = findings(&trace);
    assert_eq!(found[0], "one-root: the trace has no root: every span has a parent");
    assert_eq!(found[1], r#"one-root: a SERVER "p" is its own ancestor"#);
}

#[test]
fn no_orphans_but_below_the_remote_parent() {
    let remote = SpanId([9; 8]);
    let mut trace = two(Kind::Server, Kind::Internal);
    trace.spans[0].parent = Some(remote);
    let orphan = r#"no-orphans: a SERVER "p" has a parent that is not in the trace: 0909090909090909"#;
    assert_eq!(findings(&trace), [orphan]);
    let options = Options { remote_parent: Some(remote) };
    assert_eq!(check(&trace, &options), []);
    trace.spans[1].parent = Some(remote);
    assert_eq!(check(&trace, &options), [], "two spans below the remote parent");
    trace.spans[1].parent = None;
    let found = check(&trace, &options);
    assert_eq!(found[0].to_string(), r#"one-root: b INTERNAL "c" is a second root; the first root is a SERVER "p""#);
}

#[test]
fn a_root_names_the_remote_parent_unless_that_is_stored() {
    let trace = two(Kind::Server, Kind::Internal);
    let options = |parent| Options { remote_parent: Some(parent) };
    let found = check(&trace, &options(SpanId([9; 8])));
    let message = r#"one-root: a SERVER "p" has no parent: expected the caller's span 0909090909090909 as its parent"#;
    assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), [message]);
    assert_eq!(check(&trace, &options(id(1))), []);
}

#[test]
fn unique_span_ids() {
    let mut trace = two(Kind::Server, Kind::Internal);
    trace.spans.push(trace.spans[1].clone());
    let found = findings(&trace);
    assert_eq!(found, [r#"unique-span-ids: b INTERNAL "c" has the same span ID as another span: 0000000000000002"#]);
}

#[test]
fn times_of_a_span_and_its_parent() {
    let mut trace = two(Kind::Producer, Kind::Consumer);
    trace.spans[1].start = trace.spans[0].start - MS / 2;
    let early = r#"start-after-parent: b CONSUMER "c" starts 0.500000 ms before its parent a PRODUCER "p""#;
    assert_eq!(findings(&trace), [early]);
    trace.spans[1].start = trace.spans[1].end + 1;
    assert_eq!(findings(&trace), [r#"end-after-start: b CONSUMER "c" ends 0.000001 ms before it starts"#]);
}

#[test]
fn who_is_awaited_ends_within_the_parent() {
    use Kind::{Client, Consumer, Internal, Producer, Server};
    let late = |parent, child| {
        let mut trace = two(parent, child);
        trace.spans[1].end = trace.spans[0].end + MS;
        check(&trace, &Options::default()).iter().any(|finding| finding.invariant == Invariant::EndWithinParent)
    };
    for (parent, child) in
        [(Client, Server), (Server, Client), (Server, Internal), (Internal, Client), (Client, Internal)]
    {
        assert!(late(parent, child), "{child} below {parent}");
    }
    let free = [(Producer, Consumer), (Producer, Internal), (Consumer, Client), (Server, Producer), (Server, Server)];
    for (parent, child) in free {
        assert!(!late(parent, child), "{child} below {parent}");
    }
}

#[test]
fn required_attributes_of_http() {
    let bare = server("a", "GET /").with("http.route", "/").trace();
    let lacks =
        |key: &str, who: &str| format!("required-attributes: {who} has no attribute {key}, which the conventions for ");
    let found = findings(&bare);
    let title = r#"a SERVER "GET /""#;
    for (found, key) in found.iter().zip(["http.request.method", "url.path", "url.scheme"]) {
        assert_eq!(*found, lacks(key, title) + "HTTP servers require");
    }
    let found = findings(&client("a", "GET").with("http.request.method", "GET").trace());
    for (found, key) in found.iter().zip(["server.address", "server.port", "url.full"]) {
        assert_eq!(*found, lacks(key, r#"a CLIENT "GET""#) + "HTTP clients require");
    }
    assert_eq!(found.len(), 3);
}

#[test]
fn required_attributes_of_databases_messages_errors_and_resources() {
    let found = findings(&client("a", "GET").with("db.namespace", "0").trace());
    assert_eq!(found.len(), 2, "{found:?}");
    let title = r#"required-attributes: a CLIENT "GET""#;
    assert_eq!(
        found[0],
        format!("{title} has no attribute db.system.name, which the conventions for database clients require")
    );
    let sent = span("a", Kind::Producer, "send x").with("messaging.system", "redis").failed("");
    let title = r#"required-attributes: a PRODUCER "send x""#;
    assert_eq!(
        findings(&sent.trace()),
        [
            format!("{title} has no attribute messaging.operation.name, which the conventions for messaging require"),
            format!(
                "{title} has no attribute error.type, which the conventions for messaging require for failed spans"
            ),
        ]
    );
    let mut nameless = span("a", Kind::Internal, "tick").trace();
    nameless.spans[0].resource = Arc::default();
    assert_eq!(
        findings(&nameless),
        [r#"required-attributes: "" INTERNAL "tick" has no attribute service.name in its resource"#]
    );
}

#[test]
fn a_plain_internal_span_needs_nothing_even_if_it_failed() {
    assert_eq!(findings(&span("a", Kind::Internal, "GET ready").failed("no").trace()), [""; 0]);
    assert_eq!(findings(&client("a", "GET").trace()), [""; 0]);
}

#[test]
fn no_credentials_anywhere() {
    let tree = |key: &str, value: &str| findings(&span("a", Kind::Internal, "x").with(key, value).trace());
    assert_eq!(
        tree("http.request.header.authorization", "anything"),
        [
            r#"no-credentials: a INTERNAL "x" has http.request.header.authorization: the key is the name of a credential"#
        ]
    );
    assert_eq!(
        tree("note", "ada@example.com"),
        [r#"no-credentials: a INTERNAL "x" has note: the value looks like an e-mail address"#]
    );
    assert_eq!(tree("note", "nothing at all"), [""; 0]);
    let event = span("a", Kind::Internal, "x").event("e", [("k", Value::from(vec!["Bearer abcdef"]))]);
    assert_eq!(
        findings(&event.trace()),
        [r#"no-credentials: a INTERNAL "x" has event "e" k: the value looks like a bearer token"#]
    );
    let failed = span("a", Kind::Internal, "x").failed("cannot reach redis://:hunter2@127.0.0.1:6379");
    let found = findings(&failed.trace());
    assert_eq!(
        found,
        [
            r#"no-credentials: a INTERNAL "x" has the status message: the value looks like a URL with a user and password"#
        ]
    );
    let resource = span("a", Kind::Internal, "x").resource("process.command_args", "--password=hunter2");
    let found = findings(&resource.trace());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(!found[0].contains("hunter2"), "{found:?}");
}

#[test]
fn a_finding_names_its_span() {
    let mut trace = cold();
    trace.spans[3].end = 0;
    let found = check(&trace, &Options::default());
    let span: Vec<SpanId> =
        found.iter().filter(|one| one.invariant == Invariant::EndAfterStart).map(|one| one.span).collect();
    assert_eq!(span, [id(4)]);
}

#[test]
fn a_violation_in_json_names_its_invariant() {
    let mut trace = two(Kind::Server, Kind::Internal);
    trace.spans[1].parent = Some(SpanId([9; 8]));
    let json = serde_json::json!([{
        "invariant": "no-orphans",
        "span": "0000000000000002",
        "title": { "service": "b", "span_kind": "INTERNAL", "name": "c" },
        "message": "b INTERNAL \"c\" has a parent that is not in the trace: 0909090909090909",
    }]);
    let found = check(&trace, &Options::default());
    assert_eq!(serde_json::to_value(&found).unwrap(), json);
    assert_eq!(serde_json::from_value::<Vec<Violation>>(json).unwrap(), found);
}
