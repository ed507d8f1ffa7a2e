//! Snapshots of all messages: parse errors, mismatches, removals, OTLP errors and violations.

use trace_assert::{
    Difference, Expectation, Found, Kind, Labels, Orphan, Pattern, Reason, RemovalError, SpanId, Title, Trace, Value,
    invariants::{Invariant, Options, check},
    otlp::{OtlpError, parse},
};

use crate::build::{MS, Tree, client, id, reference, server, span};

#[test]
fn parse_errors() {
    let texts = [
        "",
        "items",
        "items SERVR \"x\"",
        "items SERVER GET",
        "a SERVER \"x\"  k=abc",
        "a SERVER \"x\"  k= 1",
        "a SERVER \"x\"  k",
        "a SERVER \"x\"  k~\"(\"",
        "a SERVER \"x\"  k=18446744073709551615",
        "a SERVER \"x\"  as b c",
        "2 x a SERVER \"x\"",
        "a SERVER \"x\"\n  0 x a CLIENT \"y\"",
        "a SERVER \"x\"\na SERVER \"y\"",
        "a SERVER \"x\"\n a SERVER \"y\"",
        "a SERVER \"x\"\n\n    a SERVER \"y\"",
        "a SERVER \"x\"\n\ta SERVER \"y\"",
        "...",
        "a SERVER \"x\"  as l\n  a CLIENT \"y\"  as l",
        "a SERVER \"x\"\n  2 x a CLIENT \"y\"\n    a CLIENT \"z\"  as l",
        "a SERVER \"é\"  k",
        "a SERVER \"x\" event:\"e\"{k=1",
        "9999999999999999999999 x a SERVER \"x\"",
        "a SERVER \"x\"  !",
        "a SERVER \"x\"k=1",
        "a SERVER \"x\"  scope=lib",
        "a SERVER \"x\"  event:e",
        "a SERVER \"x\"  link:",
        "a SERVER \"x\"  as",
    ];
    let trees = texts.map(|text| {
        let error = text.parse::<Expectation>().expect_err("the text of this test is wrong");
        format!("{text}\n=> {error}\n")
    });
    let line = "2 x a SERVER \"x\"".parse::<Pattern>().expect_err("a count");
    insta::assert_snapshot!(format!("{}\n2 x a SERVER \"x\" (a single line)\n=> {line}", trees.join("\n")));
}

/// The name of a variant. Add a new variant to `mismatches`, too.
fn reason(reason: &Reason) -> &'static str {
    match reason {
        Reason::Differs { .. } => "Differs",
        Reason::WrongOrder { .. } => "WrongOrder",
        Reason::WrongParent { found: Found::Root { .. }, .. } => "WrongParent(Root)",
        Reason::WrongParent { found: Found::Below(_), .. } => "WrongParent(Below)",
        Reason::WrongParent { found: Found::BelowAnother(_), .. } => "WrongParent(BelowAnother)",
        Reason::WrongCount { .. } => "WrongCount",
        Reason::Missing { .. } => "Missing",
        Reason::Unexpected { .. } => "Unexpected",
        Reason::NotEmpty { .. } => "NotEmpty",
        Reason::SecondRoot { .. } => "SecondRoot",
        Reason::Conflict => "Conflict",
    }
}

fn title(service: &str, span_kind: Kind, name: &str) -> Title {
    Title { service: service.to_owned(), span_kind, name: name.to_owned() }
}

fn reasons() -> Vec<Reason> {
    let user = || title("users", Kind::Server, "GET /user");
    let get = || title("users", Kind::Client, "GET");
    let set = || title("users", Kind::Client, "SET");
    let (clause, below) = (Some("db.system.name=\"redis\"".to_owned()), Some(user()));
    let misplaced =
        |expected_below: Option<Title>, found| Reason::WrongParent { span: set(), clause: None, expected_below, found };
    let count =
        |expected, got| Reason::WrongCount { span: get(), clause: clause.clone(), below: below.clone(), expected, got };
    let difference = |subject: &str, expected: &str, got: &str| Difference {
        subject: subject.to_owned(),
        expected: expected.to_owned(),
        got: got.to_owned(),
    };
    let differences = vec![difference("status", "not ERROR", "ERROR"), difference("cache.hit", "true", "false")];
    let (cycle, absent) = (Some(Orphan::Cycle(id(3))), Some(Orphan::ParentAbsent(id(9))));
    vec![
        Reason::Differs { span: get(), differences },
        Reason::WrongOrder { span: set(), earlier: get(), below: below.clone() },
        misplaced(below.clone(), Found::Root { orphan: None }),
        misplaced(below.clone(), Found::Root { orphan: cycle }),
        misplaced(below.clone(), Found::Root { orphan: absent }),
        misplaced(None, Found::Below(get())),
        misplaced(below.clone(), Found::BelowAnother(user())),
        count(2, 1),
        count(1, 3),
        Reason::Missing { span: get(), clause: clause.clone(), below: below.clone(), empty_trace: false },
        Reason::Missing { span: user(), clause: None, below: None, empty_trace: true },
        Reason::Unexpected { span: get(), below },
        Reason::NotEmpty { span: user() },
        Reason::SecondRoot { span: get(), expected: user(), orphan: None },
        Reason::SecondRoot { span: get(), expected: user(), orphan: absent },
        Reason::Conflict,
    ]
}

/// What differs between one line and one span.
fn differences() -> Vec<String> {
    let event = || server("a", "r").event("e", [("k", Value::from(3))]);
    let cases = [
        ("k=1", server("a", "r").with("k", 2)),
        ("k=1", server("a", "r").with("k", "1")),
        ("k=1", server("a", "r")),
        ("k~\"^x\"", server("a", "r").with("k", "y")),
        ("k~\"^x\"", server("a", "r").with("k", 1)),
        ("k?", server("a", "r")),
        ("!k", server("a", "r").with("k", 1)),
        ("scope=\"lib\"", server("a", "r").scope("other")),
        ("OK", server("a", "r").failed("no response")),
        ("ERROR", server("a", "r")),
        ("event:\"e\"", server("a", "r")),
        ("event:\"e\"", server("a", "r").event("other", [])),
        ("event:\"e\"{k=4}", event()),
        ("event:\"e\" event:\"e\"", event()),
        ("link:publish", server("a", "r")),
        ("as publish link:publish", server("a", "r")),
    ];
    let sentence = |(clauses, tree): (&str, Tree)| {
        let clauses =
            clauses.strip_prefix("as publish ").map_or(clauses.to_owned(), |rest| format!("{rest} as publish"));
        let expected: Expectation = format!("a SERVER \"r\" {clauses}").parse().expect("the line is right");
        let mismatch = expected.check(&tree.trace(), &Labels::default()).expect_err("the span differs");
        format!("{clauses} => {}", mismatch.sentence())
    };
    let mut lines: Vec<String> = cases.map(sentence).into();
    let mut labels = Labels::default();
    labels.bind("publish", reference(7));
    let expected: Expectation = "a SERVER \"r\" link:publish".parse().expect("the line is right");
    let linked = server("a", "r").link(reference(8));
    for tree in [linked.clone(), linked.link(reference(9))] {
        let mismatch = expected.check(&tree.trace(), &labels).expect_err("the link differs");
        lines.push(format!("link:publish => {}", mismatch.sentence()));
    }
    lines
}

#[test]
fn mismatches() {
    let reasons = reasons().into_iter().map(|each| format!("{}: {each}", reason(&each)));
    insta::assert_snapshot!(reasons.chain(differences()).collect::<Vec<_>>().join("\n"));
}

/// The name of a variant. Add a new variant to `removals_and_otlp_errors`, too.
fn removal(error: &RemovalError) -> &'static str {
    match error {
        RemovalError::Root(_) => "Root",
        RemovalError::Link(_) => "Link",
        RemovalError::Order(_) => "Order",
    }
}

/// The name of a variant. Add a new variant to `removals_and_otlp_errors`, too.
fn otlp(error: &OtlpError) -> &'static str {
    match error {
        OtlpError::Json(_) => "Json",
        OtlpError::Unknown(_) => "Unknown",
        OtlpError::Answer { .. } => "Answer",
        OtlpError::Span { .. } => "Span",
    }
}

#[test]
fn removals_and_otlp_errors() {
    let title = "users SERVER \"GET /user\"".to_owned();
    let removals = [RemovalError::Root(title.clone()), RemovalError::Link(title.clone()), RemovalError::Order(title)];
    let removals = removals.iter().map(|error| format!("RemovalError::{}: {error}", removal(error)));
    let document =
        |span: &str| format!("{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{{\"name\":\"x\"{span}}}]}}]}}]}}");
    let trace = r#","traceId":"4bf92f3577b34da6a3ce929d0e0e4736""#;
    let both = format!(r#"{trace},"spanId":"00f067aa0ba902b7""#);
    let texts = [
        "<html>".to_owned(),
        r#"{"data":[],"total":0}"#.to_owned(),
        r#"{"error":{"httpCode":404,"message":"No traces found"}}"#.to_owned(),
        document(&format!(r#"{both},"startTimeUnixNano":"soon""#)),
        document(r#","traceId":"12""#),
        document(r#","traceId":"00000000000000000000000000000000""#),
        document(&format!(r#"{trace},"spanId":"12""#)),
        document(&format!(r#"{trace},"spanId":"0000000000000000""#)),
        document(&format!(r#"{both},"parentSpanId":"12""#)),
        document(&format!(r#"{both},"kind":7"#)),
        document(&format!(r#"{both},"kind":"CLIENT""#)),
        document(&format!(r#"{both},"status":{{"code":3}}"#)),
        document(&format!(r#"{both},"status":{{"code":"ERROR"}}"#)),
    ];
    let errors = texts.iter().map(|text| {
        let error = parse(text).expect_err("the document is wrong");
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        format!("OtlpError::{}: {error}{}", otlp(&error), cause.unwrap_or_default())
    });
    insta::assert_snapshot!(removals.chain(errors).collect::<Vec<_>>().join("\n"));
}

/// The traces that violate an invariant. A new invariant does not compile without some.
fn violating(invariant: Invariant) -> Vec<Trace> {
    let pair = || server("a", "p").child(span("b", Kind::Internal, "c")).trace();
    let parents = |first: Option<SpanId>, second: Option<SpanId>| {
        let mut trace = pair();
        (trace.spans[0].parent, trace.spans[1].parent) = (first, second);
        trace
    };
    match invariant {
        Invariant::OneRoot => vec![parents(None, None), parents(Some(id(2)), Some(id(1)))],
        Invariant::NoOrphans => vec![parents(None, Some(SpanId([9; 8])))],
        Invariant::UniqueSpanIds => {
            let mut trace = pair();
            trace.spans.push(trace.spans[1].clone());
            vec![trace]
        }
        Invariant::EndAfterStart => {
            let mut trace = span("a", Kind::Internal, "x").trace();
            trace.spans[0].end = trace.spans[0].start - 1;
            vec![trace]
        }
        Invariant::StartAfterParent => {
            let mut trace = pair();
            trace.spans[1].start = trace.spans[0].start - MS / 2;
            vec![trace]
        }
        Invariant::EndWithinParent => {
            let mut trace = pair();
            trace.spans[1].end = trace.spans[0].end + MS;
            vec![trace]
        }
        Invariant::RequiredAttributes => {
            let mut nameless = span("a", Kind::Internal, "tick").trace();
            nameless.spans[0].resource = std::sync::Arc::default();
            let http = |tree: Tree| tree.with("http.request.method", "GET").trace();
            let redis = client("a", "GET").with("db.system.name", "redis").failed("no response");
            let message = span("a", Kind::Producer, "send x").with("messaging.system", "redis");
            vec![nameless, http(server("a", "GET /")), http(client("a", "GET")), redis.trace(), message.trace()]
        }
        Invariant::NoCredentials => {
            let plain = || span("a", Kind::Internal, "x");
            let note = plain().with("api-key", "k").with("note", "Bearer abcdef").resource("r", "password=hunter2");
            let event = plain().event("Bearer abcdef", [("k", Value::from("ada@example.com"))]);
            let failed = plain().failed("redis://:hunter2@localhost");
            vec![note.trace(), event.trace(), failed.trace(), span("a", Kind::Internal, "token=abc").trace()]
        }
    }
}

#[test]
fn violations() {
    let invariants = [
        Invariant::OneRoot,
        Invariant::NoOrphans,
        Invariant::UniqueSpanIds,
        Invariant::EndAfterStart,
        Invariant::StartAfterParent,
        Invariant::EndWithinParent,
        Invariant::RequiredAttributes,
        Invariant::NoCredentials,
    ];
    let mut lines = Vec::new();
    for trace in invariants.into_iter().flat_map(violating) {
        lines.extend(check(&trace, &Options::default()).iter().map(ToString::to_string));
    }
    let trace = server("a", "p").trace();
    let remote = Options { remote_parent: Some(SpanId([9; 8])) };
    lines.extend(check(&trace, &remote).iter().map(ToString::to_string));
    insta::assert_snapshot!(lines.join("\n"));
}
