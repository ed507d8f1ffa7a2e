//! Every kind of difference between one span and one line, compared word for word.

use std::sync::Arc;

use trace_assert::{Expectation, Labels, Value};

use crate::{
    build::{Tree, reference, server},
    sentences::line,
};

fn picked(tree: Tree) -> Tree {
    tree.event("user picked", [("lab.user.index", Value::from(3))])
}

#[test]
fn an_attribute_of_another_type() {
    let expected = r#"a SERVER "GET"  code=200"#;
    let of = |value: Value| line(expected, server("a", "GET").with("code", value));
    assert_eq!(of("200".into()), r#"a SERVER "GET": code expected 200, got "200" (a string)"#);
    assert_eq!(of(200.0.into()), r#"a SERVER "GET": code expected 200, got 200.0 (a double)"#);
    assert_eq!(of(true.into()), r#"a SERVER "GET": code expected 200, got true (a boolean)"#);
    assert_eq!(of(vec![200].into()), r#"a SERVER "GET": code expected 200, got [200] (an array)"#);
    assert_eq!(of(201.into()), r#"a SERVER "GET": code expected 200, got 201"#);
}

#[test]
fn an_attribute_that_is_absent_or_should_be() {
    assert_eq!(line(r#"a SERVER "b"  k="v""#, server("a", "b")), r#"a SERVER "b": k expected "v", got nothing"#);
    assert_eq!(line(r#"a SERVER "b"  k?"#, server("a", "b")), r#"a SERVER "b": k expected any value, got nothing"#);
    let with = server("a", "b").with("k", 1);
    assert_eq!(line(r#"a SERVER "b"  !k"#, with), r#"a SERVER "b": k expected nothing, got 1"#);
}

#[test]
fn an_attribute_that_a_regular_expression_does_not_match() {
    let expected = r#"a SERVER "b"  k~"^x$""#;
    let found = line(expected, server("a", "b").with("k", "xx"));
    assert_eq!(found, r#"a SERVER "b": k expected a match of "^x$", got "xx""#);
    let found = line(expected, server("a", "b").with("k", 1));
    assert_eq!(found, r#"a SERVER "b": k expected a match of "^x$", got 1 (an integer)"#);
    let found = line(expected, server("a", "b"));
    assert_eq!(found, r#"a SERVER "b": k expected a match of "^x$", got nothing"#);
}

#[test]
fn a_resource_attribute_and_the_scope() {
    let tree = server("a", "b").resource("host.name", "x").scope("axum");
    let found = line(r#"a SERVER "b"  resource.host.name="y" scope="hyper""#, tree);
    assert_eq!(found, r#"a SERVER "b": resource.host.name expected "y", got "x"; scope expected "hyper", got "axum""#);
}

#[test]
fn a_scope_with_its_version() {
    let tree = || {
        let mut tree = server("a", "b").scope("axum");
        Arc::make_mut(&mut tree.span.scope).version = "1.2".to_owned();
        tree
    };
    for right in ["axum", "axum@1.2"] {
        let expected: Expectation = format!("a SERVER \"b\" scope=\"{right}\"").parse().unwrap();
        expected.check(&tree().trace(), &Labels::default()).unwrap();
    }
    for wrong in ["axum@1", "axum@1.2.0", "axum@"] {
        let found = line(&format!("a SERVER \"b\" scope=\"{wrong}\""), tree());
        assert_eq!(found, format!("a SERVER \"b\": scope expected \"{wrong}\", got \"axum@1.2\""));
    }
    let found = line("a SERVER \"b\" scope=\"axum1.2\"", tree());
    assert_eq!(found, "a SERVER \"b\": scope expected \"axum1.2\", got \"axum\"");
}

#[test]
fn an_attribute_of_the_scope() {
    let tree = || server("a", "b").in_scope("tailsampling.policy", "slow");
    let found = line(r#"a SERVER "b"  scope.tailsampling.policy="errors""#, tree());
    assert_eq!(found, r#"a SERVER "b": scope.tailsampling.policy expected "errors", got "slow""#);
    let found = line(r#"a SERVER "b"  !scope.tailsampling.policy"#, tree());
    assert_eq!(found, r#"a SERVER "b": scope.tailsampling.policy expected nothing, got "slow""#);
}

#[test]
fn a_status() {
    let failed = || server("a", "b").failed("boom");
    assert_eq!(line(r#"a SERVER "b""#, failed()), r#"a SERVER "b": status expected not ERROR, got ERROR "boom""#);
    assert_eq!(line(r#"a SERVER "b" OK"#, failed()), r#"a SERVER "b": status expected OK, got ERROR "boom""#);
    let unset = server("a", "b");
    assert_eq!(line(r#"a SERVER "b" ERROR"#, unset.clone()), r#"a SERVER "b": status expected ERROR, got unset"#);
    assert_eq!(line(r#"a SERVER "b" OK"#, unset), r#"a SERVER "b": status expected OK, got unset"#);
}

#[test]
fn an_event() {
    let expected = r#"a SERVER "b"  event:"user picked"{lab.user.index=3}"#;
    assert_eq!(line(expected, server("a", "b")), r#"a SERVER "b": event:"user picked" expected, got no event"#);
    let other = server("a", "b").event("exception", []);
    assert_eq!(line(expected, other), r#"a SERVER "b": event:"user picked" expected, got only "exception""#);
    let differs = server("a", "b").event("user picked", [("lab.user.index", Value::from("3"))]);
    let found = line(expected, differs);
    assert_eq!(found, r#"a SERVER "b": event:"user picked" lab.user.index expected 3, got "3" (a string)"#);
    let twice = r#"a SERVER "b"  event:"user picked" event:"user picked""#;
    assert_eq!(
        line(twice, picked(server("a", "b"))),
        r#"a SERVER "b": event:"user picked" expected, got only 1 of these events"#
    );
}

#[test]
fn a_link() {
    let expected = r#"a SERVER "b"  link:publish"#;
    assert_eq!(
        line(expected, server("a", "b")),
        r#"a SERVER "b": link:publish expected, got a label that is not bound to a span"#
    );
    let mut labels = Labels::default();
    labels.bind("publish", reference(7));
    let check = |tree: Tree| {
        let expected: Expectation = expected.parse().unwrap();
        expected.check(&tree.trace(), &labels).map_err(|mismatch| mismatch.sentence())
    };
    assert_eq!(check(server("a", "b").link(reference(7))), Ok(labels.clone()));
    assert_eq!(check(server("a", "b")), Err(r#"a SERVER "b": link:publish expected, got no link"#.to_owned()));
    assert_eq!(
        check(server("a", "b").link(reference(8))),
        Err(r#"a SERVER "b": link:publish expected, got a link to span 0000000000000008 of trace abababababababababababababababab"#.to_owned())
    );
}
