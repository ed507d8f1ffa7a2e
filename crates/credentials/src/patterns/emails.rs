//! E-mail addresses, plain and percent-encoded.

use crate::pattern::SecretPattern;

pub(super) const PATTERNS: &[SecretPattern] = &[SecretPattern::new(
    "email",
    "an e-mail address",
    r"(?i)[a-z0-9._%+-]+(?:@|%40)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b",
)
.hints(&["@", "%40"])
.examples(&[
    ("mail to ada@example.com please", "mail to [redacted] please"),
    ("/users/ada%40example.com", "/users/[redacted]"),
])
.counterexamples(&["otel@1.0", "100%40"])];
