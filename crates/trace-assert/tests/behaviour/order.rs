//! Open levels, order, counts, and assignments that a greedy algorithm would miss.

use trace_assert::{Expectation, Labels};

use crate::build::{Tree, client, server};

fn holds(expected: &str, tree: Tree) -> bool {
    let expected: Expectation = expected.parse().expect("the expectation of a test is one");
    expected.check(&tree.trace(), &Labels::default()).is_ok()
}

fn children<const N: usize>(names: [&str; N]) -> Tree {
    names.into_iter().fold(server("a", "r"), |tree, name| tree.child(client("a", name)))
}

#[test]
fn children_match_in_any_order_unless_ordered() {
    let expected = "a SERVER \"r\"\n  a CLIENT \"x\"\n  a CLIENT \"y\"";
    assert!(holds(expected, children(["x", "y"])));
    assert!(holds(expected, children(["y", "x"])));
    let ordered = "a SERVER \"r\"  ordered\n  a CLIENT \"x\"\n  a CLIENT \"y\"";
    assert!(holds(ordered, children(["x", "y"])));
    assert!(!holds(ordered, children(["y", "x"])));
}

#[test]
fn a_level_is_closed_unless_it_is_opened() {
    let open = "a SERVER \"r\"\n  a CLIENT \"x\"\n  ...";
    assert!(holds(open, children(["x"])));
    assert!(holds(open, children(["y", "x", "x"])));
    assert!(!holds(open, children(["y"])));
    assert!(!holds("a SERVER \"r\"\n  a CLIENT \"x\"", children(["x", "y"])));
    assert!(holds("a SERVER \"r\"\n  ...", children(["x", "y"])));
}

#[test]
fn an_open_and_ordered_level_allows_anything_in_between() {
    let expected = "a SERVER \"r\"  ordered\n  2 x a CLIENT \"x\"\n  a CLIENT \"y\"\n  ...";
    assert!(holds(expected, children(["x", "z", "x", "z", "y", "x"])));
    assert!(!holds(expected, children(["x", "y", "x"])));
}

#[test]
fn a_count_is_exact_and_multiplies_what_is_below() {
    let expected = "a SERVER \"r\"\n  2 x a CLIENT \"x\"\n    b SERVER \"s\"";
    let one = || client("a", "x").child(server("b", "s"));
    assert!(holds(expected, server("a", "r").child(one()).child(one())));
    assert!(!holds(expected, server("a", "r").child(one()).child(client("a", "x"))));
    assert!(!holds(expected, server("a", "r").child(one()).child(one()).child(one())));
}

#[test]
fn a_general_line_leaves_the_special_span_to_the_special_line() {
    // The first line matches both spans, the second line only one of them: the first line must leave that one to the
    // second.
    let expected = "a SERVER \"r\"\n  a CLIENT \"x\"\n  a CLIENT \"x\"  n=1";
    assert!(holds(expected, server("a", "r").child(client("a", "x").with("n", 1)).child(client("a", "x"))));
    assert!(holds(expected, server("a", "r").child(client("a", "x")).child(client("a", "x").with("n", 1))));
    assert!(!holds(expected, children(["x", "x"])));
}

#[test]
fn a_chain_of_overlapping_lines_is_untangled() {
    // Each line matches two neighbors, but the last line only the first span, so all the others shift by one.
    let expected = "a SERVER \"r\"
  a CLIENT \"x\"  n~\"[01]\"
  a CLIENT \"x\"  n~\"[12]\"
  a CLIENT \"x\"  n~\"[23]\"
  a CLIENT \"x\"  n~\"0\"";
    let tree =
        ["0", "1", "2", "3"].into_iter().fold(server("a", "r"), |tree, n| tree.child(client("a", "x").with("n", n)));
    assert!(holds(expected, tree));
}

#[test]
fn subtrees_decide_between_equal_lines() {
    let expected = "a SERVER \"r\"
  a CLIENT \"x\"
    b SERVER \"s\"
      ...
  a CLIENT \"x\"
    b SERVER \"s\"
      b CLIENT \"q\"
  a CLIENT \"x\"";
    let s = |inner: Tree| client("a", "x").child(inner);
    let tree = server("a", "r")
        .child(s(server("b", "s").child(client("b", "q"))))
        .child(client("a", "x"))
        .child(s(server("b", "s")));
    assert!(holds(expected, tree));
}
