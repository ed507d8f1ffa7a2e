//! Quoted values after a name, in JSON and in other notations.
//!
//! An escaped character does not end a value, so a value is always replaced as a whole.

use crate::names::Place;
use crate::pattern::SecretPattern;

/// A value in double quotes.
pub(super) const DOUBLE: &str = r#"(?i)(?<keep><name>\\*["']?\s*(?:=>|=|:)\s*")(?:[^"\\]|\\(?s:.))+"#;
/// A value in single quotes.
pub(super) const SINGLE: &str = r#"(?i)(?<keep><name>\\*["']?\s*(?:=>|=|:)\s*')(?:[^'\\]|\\(?s:.))+"#;
/// JSON in a JSON string: each quote and each backslash has an additional backslash.
pub(super) const ESCAPED: &str =
    r#"(?i)(?<keep><name>\\*["']?\s*(?:=>|=|:)\s*\\")(?:[^"\\]|\\\\(?:\\(?s:.)|[^"\\])|\\[^"\\])+"#;
/// At deeper nesting the end of a value cannot be determined, so the rest of the text is replaced.
pub(super) const NESTED: &str = r#"(?i)(?<keep><name>\\*["']?\s*(?:=>|=|:)\s*(?:\\{2,}["']|\\'))(?s:.+)"#;
/// A number after a quoted name.
pub(super) const NUMBER: &str = r#"(?i)(?<keep><name>\\*["']\s*(?:=>|:)\s*)-?[0-9][0-9.eE+-]*"#;

const fn quoted(expression: &'static str) -> SecretPattern {
    SecretPattern::new("quoted", "a credential after its name", expression).after(Place::Text)
}

pub(super) const PATTERNS: &[SecretPattern] = &[
    quoted(DOUBLE)
        .examples(&[
            (r#"{"x-api-key": "k 1", "b": 2}"#, r#"{"x-api-key": "[redacted]", "b": 2}"#),
            (r#"{"password": "hun\"ter2 tail"}"#, r#"{"password": "[redacted]"}"#),
            (r#"{"password": "ends in \\", "b": 2}"#, r#"{"password": "[redacted]", "b": 2}"#),
            (r#"{"signature": "ab12"}"#, r#"{"signature": "[redacted]"}"#),
            (r#"PASSWORD = "hunter two""#, r#"PASSWORD = "[redacted]""#),
            (r#""password" => "hunter2""#, r#""password" => "[redacted]""#),
            ("q=%7B%22password%22%3A%22hunter2%22%7D&b=%41", "q=%7B%22password%22%3A%22[redacted]%22%7D&b=%41"),
            (
                "http://h:80/p?q=%7B%22token%22%3A%22a/b?c=d%26e%22%7D",
                "http://h:80/p?q=%7B%22token%22%3A%22[redacted]%22%7D",
            ),
        ])
        .counterexamples(&[r#"{"token": null, "password": true, "tokens": 5}"#, r#"{"password": ""}"#]),
    quoted(SINGLE)
        .examples(&[(r"{'secret': 'it\'s', 'b': 1}", "{'secret': '[redacted]', 'b': 1}")])
        .counterexamples(&["{'secret': ''}"]),
    quoted(ESCAPED)
        .examples(&[(
            r#"{"a": "{\"token\": \"a\\\"b\", \"c\": 1}"}"#,
            r#"{"a": "{\"token\": \"[redacted]\", \"c\": 1}"}"#,
        )])
        .counterexamples(&[r#"{"a": "{\"token\": \"\"}"}"#]),
    quoted(NESTED)
        .examples(&[(r#"{\\\"token\\\": \\\"a b\\\", c}"#, r#"{\\\"token\\\": \\\"[redacted]"#)])
        .counterexamples(&[r"{\\\'tokens\\\': \\\'a b\\\'}"]),
    quoted(NUMBER)
        .examples(&[(r#"{"password":12345678}"#, r#"{"password":[redacted]}"#)])
        .counterexamples(&[r#"{"tokens": 5}"#]),
];
