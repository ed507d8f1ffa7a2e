//! Every kind of mismatch, with its sentence and its diff, compared word for word.

use trace_assert::{Expectation, Kind, Labels, Mismatch, SpanId, Trace, Value};

use crate::build::{COLD, Tree, client, cold, cold_tree, id, server, span};

fn mismatch(expected: &str, trace: &Trace) -> Mismatch {
    let expected: Expectation = expected.parse().expect("the expectation of a test is one");
    expected.check(trace, &Labels::default()).expect_err("the trace of this test does not match")
}

fn sentence(expected: &str, trace: &Trace) -> String {
    mismatch(expected, trace).sentence()
}

/// Returns the sentence for a tree that does not match.
pub(crate) fn line(expected: &str, tree: Tree) -> String {
    sentence(expected, &tree.trace())
}

#[test]
fn what_matches_matches() {
    let expected: Expectation = COLD.parse().unwrap();
    assert_eq!(expected.check(&cold(), &Labels::default()), Ok(Labels::default()));
}

#[test]
fn an_attribute_with_another_value() {
    let mut trace = cold();
    trace.spans[3].attributes.insert("db.system.name".to_owned(), Value::from("memcached"));
    let found = mismatch(COLD, &trace);
    assert_eq!(
        found.to_string(),
        r#"users CLIENT "GET": db.system.name expected "redis", got "memcached"
  items SERVER "GET /data"
    items CLIENT "GET"
      users SERVER "GET /user"  http.response.status_code=200 event:"user picked"{lab.user.index=3}
~       users CLIENT "GET"  db.system.name="memcached" cache.hit=false  # db.system.name expected "redis", got "memcached"
        users CLIENT "GET"  url.full~"/get_users$"
          remote-users SERVER "GET /get_users"
        users CLIENT "SET"  db.system.name="redis""#
    );
    assert_eq!((found.differing(), found.total()), (1, 7));
}

#[test]
fn unwrap_and_the_question_mark_show_the_diff() {
    let found = mismatch("a SERVER \"r\"\n  a CLIENT \"GET\"", &server("a", "r").trace());
    let text = "missing: a CLIENT \"GET\" below a SERVER \"r\"\n  a SERVER \"r\"\n-   a CLIENT \"GET\"";
    assert_eq!(format!("{found:?}"), text);
    let returned_by_main: Box<dyn std::error::Error> = found.into();
    assert_eq!(format!("{returned_by_main:?}"), text);
}

#[test]
fn a_missing_span() {
    let mut trace = cold();
    trace.spans.remove(6);
    let found = mismatch(COLD, &trace);
    assert_eq!(
        found.to_string(),
        r#"missing: users CLIENT "SET" below users SERVER "GET /user"
  items SERVER "GET /data"
    items CLIENT "GET"
      users SERVER "GET /user"  http.response.status_code=200 event:"user picked"{lab.user.index=3}
        users CLIENT "GET"  db.system.name="redis" cache.hit=false
        users CLIENT "GET"  url.full~"/get_users$"
          remote-users SERVER "GET /get_users"
-       users CLIENT "SET"  db.system.name="redis""#
    );
}

#[test]
fn a_missing_span_with_a_namesake_is_told_apart() {
    let mut trace = cold();
    trace.spans.remove(3);
    let found = sentence(COLD, &trace);
    assert_eq!(found, r#"missing: users CLIENT "GET" db.system.name="redis" below users SERVER "GET /user""#);
}

#[test]
fn a_missing_span_in_the_middle_leaves_orphans() {
    let mut trace = cold();
    trace.spans.remove(1);
    let found = mismatch(COLD, &trace);
    assert_eq!(found.sentence(), r#"missing: items CLIENT "GET" below items SERVER "GET /data""#);
    let marks: String = found.lines().iter().map(|line| line.mark.prefix().trim_end()).collect();
    assert_eq!(marks, "------+++++");
}

#[test]
fn an_empty_trace() {
    let found = mismatch(r#"a SERVER "b""#, &Trace::default());
    assert_eq!(found.to_string(), "missing: a SERVER \"b\" as the root: the trace has no spans\n- a SERVER \"b\"");
}

#[test]
fn an_unexpected_span() {
    let tree = cold_tree().child(client("items", "DEL").with("db.system.name", "redis"));
    let found = mismatch(COLD, &tree.trace());
    assert_eq!(found.sentence(), r#"unexpected: items CLIENT "DEL" below items SERVER "GET /data""#);
    let last = found.lines().last().map(|line| format!("{}{}", line.mark.prefix(), line.text));
    assert_eq!(last.as_deref(), Some(r#"+   items CLIENT "DEL""#));
}

#[test]
fn a_span_below_another_parent() {
    let mut trace = cold();
    trace.spans[6].parent = Some(id(5));
    let found = mismatch(COLD, &trace);
    assert_eq!(
        found.to_string(),
        r#"wrong parent: users CLIENT "SET" expected below users SERVER "GET /user", found below users CLIENT "GET"
  items SERVER "GET /data"
    items CLIENT "GET"
      users SERVER "GET /user"  http.response.status_code=200 event:"user picked"{lab.user.index=3}
        users CLIENT "GET"  db.system.name="redis" cache.hit=false
        users CLIENT "GET"  url.full~"/get_users$"
          remote-users SERVER "GET /get_users"
+         users CLIENT "SET"  db.system.name="redis"
-       users CLIENT "SET"  db.system.name="redis""#
    );
}

#[test]
fn a_span_below_another_of_the_same_title() {
    let expected = "a SERVER \"r\"\n  a CLIENT \"GET\"  n=1\n    b SERVER \"x\"\n  a CLIENT \"GET\"  n=2";
    let tree = server("a", "r")
        .child(client("a", "GET").with("n", 1))
        .child(client("a", "GET").with("n", 2).child(server("b", "x")));
    let found = line(expected, tree);
    assert_eq!(
        found,
        r#"wrong parent: b SERVER "x" expected below a CLIENT "GET", found below another a CLIENT "GET""#
    );
}

#[test]
fn a_span_that_lost_its_parent() {
    let mut trace = cold();
    trace.spans[2].parent = None;
    let expected = r#"wrong parent: users SERVER "GET /user" expected below items CLIENT "GET", found as a root"#;
    assert_eq!(sentence(COLD, &trace), expected);
    trace.spans[2].parent = Some(SpanId([9; 8]));
    let orphaned = format!("{expected} (its parent 0909090909090909 is not in the trace)");
    assert_eq!(sentence(COLD, &trace), orphaned);
}

#[test]
fn a_wrong_count() {
    let expected = "a SERVER \"r\"\n  2 x a CLIENT \"GET\"";
    let tree = |count: usize| (0..count).fold(server("a", "r"), |tree, _| tree.child(client("a", "GET")));
    let found = mismatch(expected, &tree(3).trace());
    assert_eq!(
        found.to_string(),
        r#"wrong count: a CLIENT "GET" below a SERVER "r" expected 2, got 3
  a SERVER "r"
    2 x a CLIENT "GET"
+   a CLIENT "GET""#
    );
    let found = mismatch(expected, &tree(1).trace());
    assert_eq!(
        found.to_string(),
        r#"wrong count: a CLIENT "GET" below a SERVER "r" expected 2, got 1
  a SERVER "r"
    a CLIENT "GET"
-   a CLIENT "GET""#
    );
    assert_eq!(line(expected, tree(0)), r#"wrong count: a CLIENT "GET" below a SERVER "r" expected 2, got 0"#);
    let once = "a SERVER \"r\"\n  a CLIENT \"GET\"";
    assert_eq!(line(once, tree(2)), r#"wrong count: a CLIENT "GET" below a SERVER "r" expected 1, got 2"#);
}

#[test]
fn a_renamed_span() {
    let mut trace = cold();
    trace.spans[2].name = "GET /usr".to_owned();
    let found = mismatch(COLD, &trace);
    assert_eq!(found.sentence(), r#"users SERVER "GET /user": name expected "GET /user", got "GET /usr""#);
    assert_eq!((found.differing(), found.total()), (1, 7));
}

#[test]
fn a_span_of_another_kind_or_service() {
    let mut trace = cold();
    trace.spans[2].kind = Kind::Internal;
    assert_eq!(sentence(COLD, &trace), r#"users SERVER "GET /user": kind expected SERVER, got INTERNAL"#);
    let expected = "a SERVER \"r\"\n  a CLIENT \"GET\"";
    let found = line(expected, server("a", "r").child(client("b", "GET")));
    assert_eq!(found, r#"a CLIENT "GET": service expected a, got b"#);
}

#[test]
fn what_has_nothing_in_common_is_missing_and_unexpected() {
    let expected = "a SERVER \"r\"\n  a CLIENT \"GET\"";
    let found = mismatch(expected, &server("a", "r").child(span("b", Kind::Internal, "tick")).trace());
    assert_eq!(
        found.to_string(),
        r#"missing: a CLIENT "GET" below a SERVER "r"
  a SERVER "r"
-   a CLIENT "GET"
+   b INTERNAL "tick""#
    );
}

#[test]
fn several_roots() {
    let mut trace = server("a", "r").child(span("b", Kind::Internal, "tick")).trace();
    trace.spans[1].parent = None;
    let expected = r#"a SERVER "r""#;
    let found = r#"several roots: expected only a SERVER "r", also got b INTERNAL "tick""#;
    assert_eq!(sentence(expected, &trace), found);
    trace.spans[1].parent = Some(SpanId([9; 8]));
    let orphaned = format!("{found} (its parent 0909090909090909 is not in the trace)");
    assert_eq!(sentence(expected, &trace), orphaned);
}

#[test]
fn another_trace_altogether() {
    let found = mismatch(r#"a SERVER "r""#, &span("b", Kind::Internal, "tick").trace());
    assert_eq!(
        found.sentence(),
        r#"a SERVER "r": service expected a, got b; kind expected SERVER, got INTERNAL; name expected "r", got "tick""#
    );
}

#[test]
fn a_wrong_order() {
    let expected = "a SERVER \"r\"  ordered\n  a CLIENT \"GET\"\n  a CLIENT \"SET\"";
    let found = mismatch(expected, &server("a", "r").child(client("a", "SET")).child(client("a", "GET")).trace());
    assert_eq!(
        found.to_string(),
        r#"wrong order: a CLIENT "GET" expected before a CLIENT "SET" below a SERVER "r", started after it
  a SERVER "r"  ordered
    a CLIENT "GET"
~   a CLIENT "SET"  # started before a CLIENT "GET", expected after it"#
    );
}

#[test]
fn the_nearest_of_several_namesakes_is_named() {
    let expected = "a SERVER \"r\"\n  a CLIENT \"GET\"  n=1 m=1\n  a CLIENT \"GET\"  n=2 m=2";
    let tree = server("a", "r")
        .child(client("a", "GET").with("n", 2).with("m", 7))
        .child(client("a", "GET").with("n", 1).with("m", 1));
    assert_eq!(line(expected, tree), r#"a CLIENT "GET": m expected 2, got 7"#);
}

#[test]
fn of_a_large_tree_only_what_differs_is_shown() {
    let mut tree = server("a", "r");
    let mut expected = "a SERVER \"r\"\n".to_owned();
    for n in 0..300_i64 {
        tree = tree.child(client("a", "GET").with("n", if n == 150 { -1 } else { n }));
        expected.push_str(&format!("  a CLIENT \"GET\"  n={n}\n"));
    }
    let found = mismatch(&expected, &tree.trace());
    assert_eq!(
        found.to_string(),
        r#"a CLIENT "GET": n expected 150, got -1
  a SERVER "r"
    # … 150 lines
~   a CLIENT "GET"  n=-1  # n expected 150, got -1
    # … 149 lines"#
    );
    assert_eq!((found.differing(), found.total()), (1, 301));
}

#[test]
fn a_diff_without_its_removed_lines_is_the_expectation_that_would_hold() {
    let mut trace = cold();
    trace.spans[6].parent = Some(id(5));
    trace.spans[2].attributes.insert("http.response.status_code".to_owned(), Value::from("200"));
    trace.spans[3].events.clear();
    let found = mismatch(COLD, &trace);
    let kept = found.lines().iter().filter(|line| line.mark.prefix() != "- ").map(|line| line.text.as_str());
    let corrected: Expectation = kept.collect::<Vec<_>>().join("\n").parse().unwrap();
    assert_eq!(corrected.check(&trace, &Labels::default()), Ok(Labels::default()), "{corrected}");
}
