//! Pieces of an incomplete trace: a span whose ancestors are missing is not paired with the line of one of them.

use trace_assert::{Kind, SpanId};

use crate::build::{client, server, span};
use crate::sentences::line;

/// A message that users processes and answers.
const MESSAGE: &str = r#"items SERVER "GET /ws"
  users CONSUMER "process /ws"
    users CLIENT "GET"
    items CONSUMER "process /ws""#;

#[test]
fn a_span_that_a_line_below_means_is_not_taken_for_a_missing_one() {
    let pieces = server("items", "GET /ws")
        .child(span("users", Kind::Internal, "got ws message"))
        .child(client("users", "GET"))
        .child(span("items", Kind::Consumer, "process /ws"));
    assert_eq!(line(MESSAGE, pieces), r#"missing: users CONSUMER "process /ws" below items SERVER "GET /ws""#);
}

#[test]
fn a_service_with_the_wrong_name_is_told_although_a_line_below_has_that_name() {
    let below = span("items", Kind::Consumer, "process /ws").child(client("users", "GET"));
    // Neither of the two spans matches a line completely.
    let answer = span("items", Kind::Consumer, "process /ws").child(client("items", "SET"));
    let copied = server("items", "GET /ws").child(below.child(answer));
    assert_eq!(line(MESSAGE, copied), r#"users CONSUMER "process /ws": service expected users, got items"#);
}

#[test]
fn a_root_that_another_line_means_was_torn_off() {
    let mut torn = span("users", Kind::Consumer, "process /ws").child(client("users", "GET"));
    torn.span.parent = Some(SpanId([9; 8]));
    assert_eq!(line(MESSAGE, torn), r#"missing: items SERVER "GET /ws" as the root"#);
}
