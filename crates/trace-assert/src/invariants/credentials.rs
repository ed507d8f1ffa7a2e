//! Invariant: no span contains credentials, e-mail addresses or payment card numbers.
//!
//! A finding names the place and never contains the value. Detection is best effort: formats that are not listed here
//! pass.

use std::sync::LazyLock;

use regex::RegexSet;

use super::{cards, invariant::Invariant, violation::Violation};
use crate::{Attributes, Span, Status, Value};

/// Words that mark a key as the key of a credential; keys are split at every character that is not alphanumeric.
const WORDS: [&str; 14] = [
    "apikey",
    "auth",
    "authorization",
    "bearer",
    "cookie",
    "cookies",
    "credential",
    "credentials",
    "passphrase",
    "passwd",
    "password",
    "pwd",
    "secret",
    "token",
];

/// Pairs of adjacent words that mark a key as the key of a credential.
const PAIRS: [[&str; 2]; 4] = [["api", "key"], ["private", "key"], ["access", "key"], ["session", "id"]];

/// Placeholders that redaction leaves in place of a value.
const REDACTED: [&str; 6] = ["", "REDACTED", "[REDACTED]", "[redacted]", "***", "****"];

/// The forbidden values: a description for the finding, and the regular expression that matches them.
const LOOKS: [(&str, &str); 9] = [
    ("a bearer token", r"(?i)\bbearer\s+[a-z0-9._~+/=-]{4,}"),
    // Requires a digit, `+`, `/` or an inner capital letter, so that prose such as `basic training` does not match.
    (
        "basic authorization",
        r"(?i:\bbasic)\s+[A-Za-z0-9+/]{2,}(?:[a-z][A-Z]|[0-9+/][A-Za-z0-9+/])[A-Za-z0-9+/]{3,}={0,2}(?:\s|$)",
    ),
    ("a JSON web token", r"\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*"),
    ("a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    ("a GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})"),
    ("a cloud access key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    // The conventions recommend `REDACTED` in place of user and password, so values that start with `RE` or `[` pass.
    (
        "a URL with a user and password",
        r"(?i)[a-z][a-z0-9+.-]*://(?:[^/\s@:?#]*:(?:[^R\[/\s@?#]|R[^E/\s@?#])[^/\s@?#]*|[^R\[/\s@:?#][^/\s@:?#]*)@",
    ),
    (
        "a credential in a query",
        r"(?i)(?:^|[?&;\s])(?:[a-z0-9_-]*(?:password|passwd|secret|token|api_?key|signature)|sig)=(?-i:[^R&;\s*\[>]|R[^E])",
    ),
    ("an e-mail address", r"(?i)\b[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b"),
];

/// The regular expressions of [`LOOKS`], compiled once.
static LOOKING: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new(LOOKS.map(|(_, regex)| regex)).expect("the expressions of this file are valid, as its tests show")
});

/// Returns a finding for each key or value that looks like a credential.
///
/// It checks the attributes of the span, its resource, scope, events and links, the name of the span, and its status
/// message.
pub(super) fn no_credentials(span: &Span) -> Vec<Violation> {
    let mut places = Vec::new();
    of_attributes("", &span.attributes, &mut places);
    of_attributes("resource.", &span.resource.attributes, &mut places);
    of_attributes("scope.", &span.scope.attributes, &mut places);
    for event in &span.events {
        of_attributes(&format!("event {:?} ", event.name), &event.attributes, &mut places);
    }
    for link in &span.links {
        of_attributes("link ", &link.attributes, &mut places);
    }
    of_text("the name", &span.name, &mut places);
    if let Status::Error(message) = &span.status {
        of_text("the status message", message, &mut places);
    }
    places.into_iter().map(|message| Violation::new(Invariant::NoCredentials, span, message)).collect()
}

fn of_attributes(prefix: &str, attributes: &Attributes, places: &mut Vec<String>) {
    for (key, value) in attributes {
        if announces(key) && holds_something(value) {
            places.push(format!("has {prefix}{key}: the key is that of a credential"));
            continue;
        }
        for text in value.texts() {
            of_text(&format!("{prefix}{key}"), text, places);
        }
    }
}

fn of_text(place: &str, text: &str, places: &mut Vec<String>) {
    if let Some(look) = look(text) {
        places.push(format!("has {place}: the value looks like {look}"));
    }
}

/// Returns what the text looks like if it is a forbidden value.
fn look(text: &str) -> Option<&'static str> {
    let first = LOOKING.matches(text).iter().next().map(|first| LOOKS[first].0);
    first.or_else(|| cards::has_one(text).then_some("a payment card number"))
}

/// Returns whether the key is the key of a credential.
fn announces(key: &str) -> bool {
    let key = key.to_lowercase();
    let words: Vec<&str> = key.split(|character: char| !character.is_alphanumeric()).collect();
    words.iter().any(|word| WORDS.contains(word))
        || words.windows(2).any(|pair| PAIRS.iter().any(|known| pair == known))
}

/// Returns whether the value is more than a flag or a redaction placeholder.
fn holds_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::String(text) => !REDACTED.contains(&text.as_str()),
        Value::Array(items) => items.iter().any(holds_something),
        Value::Map(entries) => entries.values().any(holds_something),
        Value::Int(_) | Value::Double(_) | Value::Bytes(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_judged_by_their_words() {
        for key in ["http.request.header.authorization", "Set-Cookie", "db.password", "x-api-key", "user_token"] {
            assert!(announces(key), "{key}");
        }
        for key in ["gen_ai.usage.input_tokens", "http.route", "server.address", "code.function.name", "tokenizer"] {
            assert!(!announces(key), "{key}");
        }
    }

    #[test]
    fn values_are_judged_by_their_look() {
        let cases = [
            ("Bearer abc.def-123", "a bearer token"),
            ("Basic dXNlcjpwYXNz", "basic authorization"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "a JSON web token"),
            ("-----BEGIN RSA PRIVATE KEY-----", "a private key"),
            ("AKIAIOSFODNN7EXAMPLE", "a cloud access key"),
            ("push with ghp_0123456789abcdefABCDEF0123456789abcd", "a GitHub token"),
            ("github_pat_11ABCDEFG0abcdefghijkl_MNOPQRSTUVWXYZ", "a GitHub token"),
            ("card=4111+1111+1111+1111", "a payment card number"),
            ("http://user:hunter2@host/path", "a URL with a user and password"),
            ("redis://:hunter2@localhost:6379", "a URL with a user and password"),
            ("https://token@host/", "a URL with a user and password"),
            ("https://host/?q=1&access_token=abc", "a credential in a query"),
            ("password=x", "a credential in a query"),
            ("mail to ada@example.com please", "an e-mail address"),
        ];
        for (text, look) in cases {
            assert_eq!(super::look(text), Some(look), "{text}");
        }
    }

    #[test]
    fn what_was_redacted_and_what_is_harmless_passes() {
        let harmless = [
            "https://REDACTED:REDACTED@host/path",
            "https://REDACTED@host/path",
            "redis://[redacted]@host/path",
            "Bearer [redacted]",
            "password=[redacted]",
            "https://host/?access_token=REDACTED&sig=REDACTED",
            "http://127.0.0.1:8000/user",
            "http://127.0.0.1:8000/@scope/name",
            "basic auth is off",
            "basic training",
            "Basic education matters",
            "token=>[redacted]",
            "bearer of news",
            "otel@1.0",
            "GET /user",
            "curl/8.14.1",
            "my-channel",
        ];
        for text in harmless {
            assert_eq!(look(text), None, "{text}");
        }
    }

    #[test]
    fn a_flag_and_a_redacted_value_are_no_credential() {
        assert!(!holds_something(&Value::from(true)));
        assert!(!holds_something(&Value::from(vec!["REDACTED", "[redacted]"])));
        assert!(holds_something(&Value::from(vec!["session=1"])));
        assert!(holds_something(&Value::from(1234)));
    }
}
