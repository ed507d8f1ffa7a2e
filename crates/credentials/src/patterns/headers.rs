//! The headers `Cookie`, `Set-Cookie` and `Authorization`: as a line, and as a key with a quoted value.

use super::quoted;
use crate::matches::Match;
use crate::names::Place;
use crate::pattern::SecretPattern;

const fn header(expression: &'static str) -> SecretPattern {
    SecretPattern::new("header", "a cookie or authorization header", expression).after(Place::Header).only_if(is_header)
}

pub(super) const PATTERNS: &[SecretPattern] = &[
    header(r"(?i)(?<keep><name>\s*:\s*)[^\r\n]+")
        .examples(&[
            ("Set-Cookie: a=1; b=2", "Set-Cookie: [redacted]"),
            (r#"Authorization: Digest username="ada", response="1f""#, "Authorization: [redacted]"),
        ])
        .counterexamples(&["cookie: policy accepted", "Cookie: [redacted]"]),
    header(quoted::DOUBLE)
        .examples(&[
            (r#"{"cookie":"a=1; b=2","c":3}"#, r#"{"cookie":"[redacted]","c":3}"#),
            (r#"{"cookie":"a=\"1\"; b=2","c":3}"#, r#"{"cookie":"[redacted]","c":3}"#),
        ])
        .counterexamples(&[r#"{"cookie":"policy accepted"}"#]),
    header(quoted::SINGLE)
        .examples(&[("{'authorization': 'none of it', 'c': 3}", "{'authorization': '[redacted]', 'c': 3}")])
        .counterexamples(&["{'cookie': 'policy accepted'}"]),
    header(quoted::ESCAPED)
        .examples(&[(
            r#"{"a": "{\"cookie\": \"a=1; b\", \"c\": 1}"}"#,
            r#"{"a": "{\"cookie\": \"[redacted]\", \"c\": 1}"}"#,
        )])
        .counterexamples(&[r#"{"a": "{\"cookie\": \"policy\"}"}"#]),
    header(quoted::NESTED)
        .examples(&[(r#"{\\\"cookie\\\": \\\"a=1\\\", c}"#, r#"{\\\"cookie\\\": \\\"[redacted]"#)])
        .counterexamples(&[r#"{\\\"cookie\\\": \\\"policy\\\", c}"#]),
    header(quoted::NUMBER)
        .examples(&[(r#"{"authorization":12345678}"#, r#"{"authorization":[redacted]}"#)])
        .counterexamples(&[r#"{"cookie":3}"#]),
];

/// A cookie header contains `name=value`. Prose does not: `cookie: policy accepted`.
fn is_header(one: &Match<'_>) -> bool {
    !one.keep().to_ascii_lowercase().starts_with("cookie") || one.secret().contains('=')
}
