//! Values of the header `Authorization`, by the name of their scheme.
//!
//! Texts can be percent-encoded, so the expressions accept `%20` and `+` for a space.

use crate::pattern::SecretPattern;

const fn authorization(description: &'static str, expression: &'static str) -> SecretPattern {
    SecretPattern::new("authorization", description, expression)
}

pub(super) const PATTERNS: &[SecretPattern] = &[
    authorization("a bearer token", r"(?i)(?<keep>\bbearer(?:\s|%20|\+)+)[a-z0-9._~+/=%-]{4,}")
        .hints(&["bearer"])
        .examples(&[("Bearer abc.def-123", "Bearer [redacted]"), ("note=Bearer%20abc.def", "note=Bearer%20[redacted]")])
        .counterexamples(&["bearer of news", "Bearer [redacted]"]),
    authorization("basic authorization", r"(?i)(?<keep>\bbasic(?:\s|%20|\+)+)[a-z0-9._~+/=%-]{7,}")
        .only_if(|one| one.is_coded())
        .hints(&["basic"])
        .examples(&[("Basic dXNlcjpwYXNz", "Basic [redacted]")])
        .counterexamples(&["basic training", "Basic education matters", "basic: off", "basic auth is off"]),
    authorization("negotiate authorization", r"(?i)(?<keep>\bnegotiate(?:\s|%20|\+)+)[a-z0-9._~+/=%-]{7,}")
        .only_if(|one| one.is_coded())
        .hints(&["negotiate"])
        .examples(&[("Negotiate YIIJvwYGKwYBBQUC", "Negotiate [redacted]")])
        .counterexamples(&["negotiate carefully"]),
    authorization("digest authorization", r"(?i)(?<keep>\bdigest(?:\s|%20|\+)+)[a-z]+=[^\r\n]+")
        .hints(&["digest"])
        .examples(&[(r#"Digest username="ada", response="1f""#, "Digest [redacted]")])
        .counterexamples(&["digest sha256 matches"]),
];
