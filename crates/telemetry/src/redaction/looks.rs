//! What looks like a secret, wherever it stands: tokens, keys, passwords, e-mail addresses, payment cards.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::{Captures, Regex};

use super::cards::without_cards;

/// What stands where a secret was.  Not the word that URLs have: it tells which of the two nets caught it.
pub(crate) const MARK: &str = "[redacted]";

/// What a URL has in place of a secret already.
const MARKED: [&str; 3] = [MARK, super::REDACTED, "REDACTED:REDACTED"];

/// Kind, and the expression that finds it; the group `keep` says what it was and stays.
///
/// Texts may be percent-encoded, so `%20`, `%3D` and `%40` count as what they stand for.
const LOOKS: [(&str, &str); 10] = [
    ("private_key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\z)"),
    ("header", r#"(?i)(?<keep>(?:cookie|authorization)\\?"?\s*:\s*\\?"?)[^"\\\r\n]+"#),
    ("authorization", r"(?i)(?<keep>\b(?:bearer|basic|digest|negotiate)(?:\s|%20|\+)+)[a-z0-9._~+/=%-]{4,}"),
    ("jwt", r"\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*"),
    ("github_token", r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})"),
    ("cloud_key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("userinfo", r"(?i)(?<keep>\b[a-z][a-z0-9+.-]*://)[^/\s@?#\[]+@"),
    (
        "quoted",
        r#"(?i)(?<keep>(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|signature|session(?:[_-]?id)?)\\?["']\s*:\s*\\?["'])[^"'\\]+"#,
    ),
    (
        "assignment",
        r#"(?i)(?<keep>(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|signature|session(?:[_-]?id)?|\bsig)(?:\s*[=:]\s*|%3D))[^&;,\s"'\\\[\])}]+"#,
    ),
    ("email", r"(?i)[a-z0-9._+%-]+(?:@|%40)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b"),
];

/// Words of which every secret, and every name of one, has at least one.  Nearly no text has any, and then this one look
/// is all that it costs: less than a microsecond for a whole span.
const HINTS: [&str; 30] = [
    "%40",
    "-----begin",
    "@",
    "akia",
    "asia",
    "auth",
    "basic",
    "bearer",
    "cookie",
    "credential",
    "digest",
    "eyj",
    "gho_",
    "ghp_",
    "ghr_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "jwt",
    "key",
    "negotiate",
    "passphrase",
    "passw",
    "pwd",
    "secret",
    "session",
    "sig=",
    "sig%",
    "signature",
    "token",
];

static HINT: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let builder = AhoCorasick::builder().ascii_case_insensitive(true).build(HINTS);
    builder.expect("thirty words are not too many")
});
static EXPRESSIONS: LazyLock<Vec<(&str, Regex)>> =
    LazyLock::new(|| LOOKS.iter().map(|(kind, look)| (*kind, compiled(look))).collect());

fn compiled(expression: &str) -> Regex {
    Regex::new(expression).expect("the expressions of this file are valid, as its tests show")
}

/// Whether a text has one of the words.
pub(crate) fn is_suspicious(text: &str) -> bool {
    HINT.is_match(text)
}

/// The text without what looks like a secret, or nothing if there was none.  `found` is told the kind of each.
pub(crate) fn without_secrets(text: &str, found: &mut impl FnMut(&'static str)) -> Option<String> {
    let spoken = if is_suspicious(text) { without_words(text, found) } else { None };
    // A number has no word before it.
    let Some((cleaned, cards)) = without_cards(spoken.as_deref().unwrap_or(text)) else {
        return spoken;
    };
    (0..cards).for_each(|_| found("payment_card"));
    Some(cleaned)
}

/// The text without what an expression finds.
fn without_words(text: &str, found: &mut impl FnMut(&'static str)) -> Option<String> {
    let mut cleaned = None;
    for (kind, expression) in &*EXPRESSIONS {
        let before = cleaned.as_deref().unwrap_or(text);
        let mut hits = 0;
        let after = expression.replace_all(before, |captures: &Captures<'_>| replaced(captures, &mut hits));
        if hits > 0 {
            (0..hits).for_each(|_| found(kind));
            cleaned = Some(after.into_owned());
        }
    }
    cleaned
}

/// What says that it was a secret stays, the secret goes; one that is gone already is not counted again.
fn replaced(captures: &Captures<'_>, hits: &mut usize) -> String {
    let (whole, keep) = (&captures[0], captures.name("keep").map_or("", |keep| keep.as_str()));
    let secret = &whole[keep.len()..];
    if MARKED.contains(&secret.trim_end_matches('@')) {
        return whole.to_owned();
    }
    *hits += 1;
    // The @ of a URL is no part of the secret.
    let rest = if keep.ends_with("://") { "@" } else { "" };
    format!("{keep}{MARK}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> (String, Vec<&'static str>) {
        let mut kinds = Vec::new();
        let cleaned = without_secrets(text, &mut |kind| kinds.push(kind));
        (cleaned.unwrap_or_else(|| text.to_owned()), kinds)
    }

    #[test]
    fn each_look_is_taken_out_and_what_it_was_can_still_be_read() {
        let cases = [
            ("Bearer abc.def-123", "Bearer [redacted]", "authorization"),
            ("note=Bearer%20abc.def", "note=Bearer%20[redacted]", "authorization"),
            ("Basic dXNlcjpwYXNz", "Basic [redacted]", "authorization"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "[redacted]", "jwt"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- x", "[redacted] x", "private_key"),
            ("-----BEGIN PRIVATE KEY-----\nMII cut off", "[redacted]", "private_key"),
            ("push with ghp_0123456789abcdefABCDEF0123456789abcd!", "push with [redacted]!", "github_token"),
            ("gho_0123456789abcdefABCDEF0123456789abcd", "[redacted]", "github_token"),
            ("github_pat_11ABCDEFG0abcdefghijkl_MNOPQRSTUVWXYZ", "[redacted]", "github_token"),
            ("card 4111 1111 1111 1111 please", "card [redacted] please", "payment_card"),
            ("key AKIAIOSFODNN7EXAMPLE.", "key [redacted].", "cloud_key"),
            ("redis://:hunter2@localhost:6379", "redis://[redacted]@localhost:6379", "userinfo"),
            ("wrong password=hunter2, sorry", "wrong password=[redacted], sorry", "assignment"),
            ("message=password%3Dhunter2", "message=password%3D[redacted]", "assignment"),
            ("?q=1&sig=ab12&x=2", "?q=1&sig=[redacted]&x=2", "assignment"),
            (r#"{"x-api-key": "k 1", "b": 2}"#, r#"{"x-api-key": "[redacted]", "b": 2}"#, "quoted"),
            (r#"{"cookie":"a=1; b=2","c":3}"#, r#"{"cookie":"[redacted]","c":3}"#, "header"),
            ("Set-Cookie: a=1; b=2", "Set-Cookie: [redacted]", "header"),
            ("mail to ada@example.com please", "mail to [redacted] please", "email"),
            ("/users/ada%40example.com", "/users/[redacted]", "email"),
        ];
        for (text, cleaned, kind) in cases {
            assert_eq!(seen(text), (cleaned.to_owned(), vec![kind]), "{text}");
        }
    }

    #[test]
    fn each_secret_of_a_text_is_counted() {
        let (cleaned, kinds) = seen("a@example.com, b@example.org, token=x");
        assert_eq!(cleaned, "[redacted], [redacted], token=[redacted]");
        assert_eq!(kinds, ["assignment", "email", "email"]);
    }

    #[test]
    fn what_is_harmless_or_taken_out_already_stays() {
        for text in [
            "http://REDACTED:REDACTED@127.0.0.1:8000/user?key=REDACTED&token=REDACTED&count=2",
            "password=[redacted]&x=1",
            "redis://[redacted]@localhost",
            "http://127.0.0.1:8000/@scope/name",
            "GET /user/{id}",
            "curl/8.14.1",
            "basic: off",
            "otel@1.0",
            "the token is missing",
            "input_tokens",
            "ghp_short",
            "the github_pat_ of a bear",
        ] {
            assert_eq!(seen(text), (text.to_owned(), vec![]), "{text}");
        }
    }

    #[test]
    fn a_second_pass_finds_nothing_more() {
        let (once, _) = seen("Bearer abc123 ada@example.com http://u:p@h/ Cookie: a=b");
        assert_eq!(seen(&once), (once.clone(), vec![]));
    }
}
