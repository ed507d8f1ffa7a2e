//! Values without quotes after a name: `password=x`, `token: x`.

use crate::matches::Match;
use crate::names::Place;
use crate::pattern::SecretPattern;
use crate::placeholder::MARK;

/// `<value>`: a value without quotes. It ends at a delimiter. The first character cannot be `>`, which ends an arrow
/// (`=>`).
pub(super) const VALUE: &str = r#"[^&;,\s"'\\\[\])}>][^&;,\s"'\\\[\])}]*"#;

const fn assignment(expression: &'static str) -> SecretPattern {
    SecretPattern::new("assignment", "a credential after its name", expression).after(Place::Text)
}

pub(super) const PATTERNS: &[SecretPattern] = &[
    assignment(r"(?i)(?<keep>(?:<name>|\bsig)(?:\s*=>?\s*|%3D))<value>")
        .hints(&["sig"])
        .examples(&[
            ("wrong password=hunter2, sorry", "wrong password=[redacted], sorry"),
            ("message=password%3Dhunter2", "message=password%3D[redacted]"),
            ("?q=1&sig=ab12&x=2", "?q=1&sig=[redacted]&x=2"),
            ("https://host/?q=1&access_token=abc", "https://host/?q=1&access_token=[redacted]"),
            ("password=x", "password=[redacted]"),
            ("aws_secret_access_key=ab/cd+ef", "aws_secret_access_key=[redacted]"),
            ("token => abc", "token => [redacted]"),
            ("/x/%70assword%3Dabc/y", "/x/%70assword%3D[redacted]"),
            ("AccountKey=1; SharedAccessKey=ab+cd=;", "AccountKey=1; SharedAccessKey=[redacted];"),
            ("private_key=abc", "private_key=[redacted]"),
            ("the pwd = abc", "the pwd = [redacted]"),
        ])
        .counterexamples(&[
            "password=[redacted]&x=1",
            "password=***",
            "token=>[redacted]",
            "https://host/?access_token=REDACTED&sig=REDACTED",
        ]),
    assignment(r"(?i)(?<keep><name>:(?:\s|\+)*)<value>")
        .only_if(is_secret)
        .examples(&[
            ("secret-key: x", "secret-key: [redacted]"),
            ("password: hunter2 is wrong", "password: [redacted] is wrong"),
            ("token: abc, next", "token: [redacted], next"),
            ("token:abc next", "token:[redacted] next"),
            ("session: 8f3a21", "session: [redacted]"),
            ("token: abc[redacted]", "token: [redacted][redacted]"),
            ("note=token%3A%20abc&b=2", "note=token%3A%20[redacted]&b=2"),
            ("note=token%253A%2520abc", "note=token%253A%2520[redacted]"),
            ("note=token%3A%20a%26b&c=%26%20d", "note=token%3A%20[redacted]&c=%26%20d"),
        ])
        .counterexamples(&[
            "the password: please reset",
            "session: closed",
            "users::session::Session",
            "the token: it is missing",
            "the token: see [redacted]",
            "the token is missing",
            "note=token:%2520[redacted]",
        ]),
];

/// Whether the value after `name:` is a secret. `token: abc` is one. Not a secret: `the password: please reset` (a
/// sentence continues), `session: closed` (a state), and `session::new` (a path in code).
fn is_secret(one: &Match<'_>) -> bool {
    let next = one.after().trim_start_matches([' ', '+']);
    // A secret in the rest of the sentence can be replaced already.
    let goes_on = next.starts_with(char::is_alphanumeric) || next.starts_with(MARK) && next != one.after();
    let is_state = one.keep().to_ascii_lowercase().starts_with("session:");
    let is_tight = one.keep().ends_with(':');
    let is_path = one.secret().starts_with(':');
    !is_path && (one.is_coded() || !(goes_on && !is_tight || is_state))
}
