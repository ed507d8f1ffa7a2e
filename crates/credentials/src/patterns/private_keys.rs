//! Private keys in PEM format.

use crate::pattern::SecretPattern;

pub(super) const PATTERNS: &[SecretPattern] = &[SecretPattern::new(
    "private_key",
    "a private key",
    // A key that was cut off extends to the end of the text.
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\z)",
)
.hints(&["-----begin"])
.examples(&[
    ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- x", "[redacted] x"),
    ("-----BEGIN PRIVATE KEY-----\nMII cut off", "[redacted]"),
    ("-----BEGIN RSA PRIVATE KEY-----", "[redacted]"),
])
.counterexamples(&["-----BEGIN CERTIFICATE-----"])];
