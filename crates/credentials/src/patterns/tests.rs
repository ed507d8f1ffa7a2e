//! Tests each pattern with its examples and counterexamples.

use super::*;
use crate::{detect, redact};

/// The redacted text, and the patterns that were found in it.
fn seen(text: &str) -> (String, Vec<&'static SecretPattern>) {
    let mut found = Vec::new();
    let redacted = redact(text, &mut |pattern| found.push(pattern));
    (redacted.unwrap_or_else(|| text.to_owned()), found)
}

/// What identifies a pattern: names and expression.
fn id(pattern: &SecretPattern) -> (&'static str, &'static str, &'static str) {
    (pattern.kind, pattern.description, pattern.expression)
}

#[test]
fn each_example_is_redacted_by_its_pattern_alone() {
    for pattern in patterns() {
        for (text, redacted) in pattern.examples {
            let (actual, found) = seen(text);
            let found: Vec<_> = found.into_iter().map(id).collect();
            assert_eq!((actual.as_str(), found), (*redacted, vec![id(pattern)]), "{text}");
            assert_eq!(detect(text).map(id), Some(id(pattern)), "{text}");
        }
    }
}

#[test]
fn a_redacted_example_contains_no_secret() {
    for (_, redacted) in patterns().flat_map(|pattern| pattern.examples) {
        assert_eq!(detect(redacted).map(id), None, "{redacted}");
    }
}

#[test]
fn each_counterexample_stays() {
    for text in patterns().flat_map(|pattern| pattern.counterexamples) {
        let (actual, found) = seen(text);
        assert_eq!((actual.as_str(), found.len()), (*text, 0), "{found:?}");
        assert_eq!(detect(text).map(id), None, "{text}");
    }
}

#[test]
fn each_pattern_has_examples_of_both_kinds_and_a_hint() {
    for pattern in patterns() {
        assert!(!pattern.examples.is_empty() && !pattern.counterexamples.is_empty(), "{pattern:?}");
        assert!(pattern.digits.is_some() != pattern.all_hints().next().is_some(), "{pattern:?}");
        assert!(pattern.all_hints().all(|hint| hint == hint.to_lowercase()), "{pattern:?}");
    }
}

#[test]
fn harmless_texts_stay() {
    for text in
        ["GET /user/{id}", "GET /user", "curl/8.14.1", "http://127.0.0.1:8000/user", "input_tokens", "my-channel"]
    {
        assert_eq!(detect(text).map(id), None, "{text}");
    }
}
