//! Labels and links, across trees and within one tree.

use trace_assert::{Expectation, Labels};

use crate::build::{client, id, reference, server};

fn check(expected: &str, trace: &trace_assert::Trace) -> Result<Labels, String> {
    let expected: Expectation = expected.parse().expect("the expectation of a test is one");
    expected.check(trace, &Labels::default()).map_err(|mismatch| mismatch.to_string())
}

#[test]
fn a_label_is_bound_to_the_span_that_the_line_matched() {
    let trace = server("a", "r").child(client("a", "x")).child(client("a", "y")).trace();
    let labels = check("a SERVER \"r\"\n  a CLIENT \"y\"  as why\n  a CLIENT \"x\"", &trace).unwrap();
    assert_eq!(labels.get("why"), Some(reference(3)));
}

#[test]
fn labels_of_earlier_trees_are_kept() {
    let mut earlier = Labels::default();
    earlier.bind("before", reference(9));
    let expected: Expectation = "a SERVER \"r\"  as root".parse().unwrap();
    let labels = expected.check(&server("a", "r").trace(), &earlier).unwrap();
    assert_eq!((labels.get("before"), labels.get("root")), (Some(reference(9)), Some(reference(1))));
    assert_eq!(expected.labels(), ["root"]);
}

#[test]
fn equal_lines_in_order_bind_their_labels_in_order() {
    let trace = server("a", "r").child(client("a", "x")).child(client("a", "x")).trace();
    let expected = "a SERVER \"r\"  ordered\n  a CLIENT \"x\"  as first\n  a CLIENT \"x\"  as second";
    let labels = check(expected, &trace).unwrap();
    assert_eq!((labels.get("first"), labels.get("second")), (Some(reference(2)), Some(reference(3))));
}

#[test]
fn a_link_within_the_tree_decides_which_of_two_twins_has_the_label() {
    let expected = "a SERVER \"r\"\n  a CLIENT \"x\"  as twin\n  a CLIENT \"x\"\n  a CLIENT \"y\"  link:twin";
    for twin in [2, 3] {
        let linked = client("a", "y").link(reference(twin));
        let trace = server("a", "r").child(client("a", "x")).child(client("a", "x")).child(linked).trace();
        assert_eq!(check(expected, &trace).map(|labels| labels.get("twin")), Ok(Some(reference(twin))));
    }
    let astray = client("a", "y").link(reference(1));
    let trace = server("a", "r").child(client("a", "x")).child(client("a", "x")).child(astray).trace();
    let found = check(expected, &trace).unwrap_err();
    let sentence = r#"a CLIENT "y": link:twin expected, got a link to span 0000000000000001 of trace "#;
    assert!(found.starts_with(sentence), "{found}");
}

#[test]
fn labels_that_only_together_fit_are_found() {
    // The two pairs look alike; only the links show which target belongs to which source.
    let expected = "a SERVER \"r\"
  a CLIENT \"x\"  as one
  a CLIENT \"x\"  as two
  a CLIENT \"y\"  n=1 link:one
  a CLIENT \"y\"  n=2 link:two";
    let trace = server("a", "r")
        .child(client("a", "x"))
        .child(client("a", "x"))
        .child(client("a", "y").with("n", 2).link(reference(2)))
        .child(client("a", "y").with("n", 1).link(reference(3)))
        .trace();
    let labels = check(expected, &trace).unwrap();
    assert_eq!((labels.get("one"), labels.get("two")), (Some(reference(3)), Some(reference(2))));
    assert_eq!(labels.get("one").map(|span| span.span_id), Some(id(3)));
}

#[test]
fn another_binding_is_tried_if_the_first_one_does_not_fit() {
    // Without the links, both lines "y" match both spans "y". Binding the label to the first span "x" would need the
    // span with n=2 for both lines.
    let expected =
        "a SERVER \"r\"\n  a CLIENT \"x\"  as one\n  a CLIENT \"x\"\n  a CLIENT \"y\"  link:one\n  a CLIENT \"y\"  n=2";
    let trace = server("a", "r")
        .child(client("a", "x"))
        .child(client("a", "x"))
        .child(client("a", "y").with("n", 1).link(reference(3)))
        .child(client("a", "y").with("n", 2).link(reference(2)))
        .trace();
    assert_eq!(check(expected, &trace).map(|labels| labels.get("one")), Ok(Some(reference(3))));
}

#[test]
fn labels_that_a_tree_needs_from_others_can_be_asked_for() {
    let expected: Expectation = "a SERVER \"r\"  link:there link:here as here".parse().unwrap();
    assert_eq!((expected.labels(), expected.foreign_labels()), (vec!["here"], vec!["there"]));
}
