//! The user and password of a URL.

use crate::matches::Match;
use crate::pattern::SecretPattern;
use crate::placeholder::is_placeholder;

const fn user_information(expression: &'static str) -> SecretPattern {
    SecretPattern::new("userinfo", "a URL with a user and password", expression).only_if(is_credential).hints(&["@"])
}

pub(super) const PATTERNS: &[SecretPattern] = &[
    user_information(r"(?i)(?<keep>[a-z][a-z0-9+.-]*://)(?:[^/\s@?#]+@)*[^/\s@?#]+(?<rest>@)")
        .examples(&[
            ("redis://:hunter2@localhost:6379", "redis://[redacted]@localhost:6379"),
            ("http://user:hunter2@host/path", "http://[redacted]@host/path"),
            ("https://token@host/", "https://[redacted]@host/"),
            ("https://token:@host/", "https://[redacted]@host/"),
            ("http://me:p@ss@localhost/x", "http://[redacted]@localhost/x"),
            ("redis://:p[w@localhost", "redis://[redacted]@localhost"),
        ])
        .counterexamples(&[
            "http://127.0.0.1:8000/@scope/name",
            "http://users:8000/@scope/name",
            "http://users:8000/x?to=@all",
            "http://REDACTED:REDACTED@127.0.0.1:8000/user?key=REDACTED&token=REDACTED&count=2",
            "https://REDACTED:REDACTED@host/path",
            "https://REDACTED@host/path",
            "redis://[redacted]@host/path",
            "redis://user:[redacted]@host",
        ]),
    // A password that contains `/`, `?` or `#`. The part before that character must not be a port. Otherwise it is a
    // host, and the `@` is in the path.
    user_information(
        r#"(?i)(?<keep>[a-z][a-z0-9+.-]*://)[^/\s@?#\[:]*:(?:[^/\s@?#]*[^/\s@?#0-9][^/\s@?#]*|[0-9]{6,})?[/?#][^\s"'<>]*(?<rest>@)"#,
    )
    .examples(&[
        ("redis://:p#w@localhost", "redis://[redacted]@localhost"),
        ("amqp://me:a/b@localhost:5672/x", "amqp://[redacted]@localhost:5672/x"),
        ("amqp://me:?b@localhost", "amqp://[redacted]@localhost"),
    ])
    .counterexamples(&["amqp://me:5672/x@localhost"]),
];

/// Whether the password is more than a placeholder. Without a password, the user can be a token.
fn is_credential(one: &Match<'_>) -> bool {
    match one.secret().split_once(':') {
        Some((_, password)) if !password.is_empty() => !is_placeholder(password),
        Some((user, _)) => !is_placeholder(user),
        None => true,
    }
}
