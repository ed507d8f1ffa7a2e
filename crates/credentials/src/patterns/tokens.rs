//! Tokens and keys whose format identifies them.

use crate::pattern::SecretPattern;

const fn token(kind: &'static str, description: &'static str, expression: &'static str) -> SecretPattern {
    SecretPattern::new(kind, description, expression)
}

pub(super) const PATTERNS: &[SecretPattern] = &[
    token("jwt", "a JSON web token", r"\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*")
        .hints(&["eyj"])
        .examples(&[("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "[redacted]")])
        .counterexamples(&["eyJ.eyJ.x"]),
    token("github_token", "a GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})")
        .hints(&["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"])
        .examples(&[
            ("push with ghp_0123456789abcdefABCDEF0123456789abcd!", "push with [redacted]!"),
            ("gho_0123456789abcdefABCDEF0123456789abcd", "[redacted]"),
            ("github_pat_11ABCDEFG0abcdefghijkl_MNOPQRSTUVWXYZ", "[redacted]"),
            ("x=%20ghp_0123456789abcdefABCDEF0123456789abcd", "x=%20[redacted]"),
        ])
        .counterexamples(&["ghp_short", "the github_pat_ of a bear"]),
    token("gitlab_token", "a GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,}")
        .hints(&["glpat-"])
        .examples(&[("glpat-0123456789abcdefABCD.", "[redacted].")])
        .counterexamples(&["glpat-short"]),
    token("slack_token", "a Slack token", r"\bxox[abprs]-[A-Za-z0-9-]{10,}")
        .hints(&["xox"])
        .examples(&[("xoxb-123456789012-abcdef!", "[redacted]!")])
        .counterexamples(&["xoxb-and-on"]),
    token("stripe_key", "a Stripe key", r"\b[sr]k_live_[A-Za-z0-9]{16,}")
        .hints(&["sk_live_", "rk_live_"])
        .examples(&[("sk_live_0123456789abcdefABCD", "[redacted]"), ("rk_live_0123456789abcdefABCD", "[redacted]")])
        .counterexamples(&["sk_test_0123456789abcdefABCD"]),
    token("google_key", "a Google API key", r"\bAIza[A-Za-z0-9_-]{35,}")
        .hints(&["aiza"])
        .examples(&[("AIza0123456789-abcdefghijklmnopqrs_ABCDE", "[redacted]")])
        .counterexamples(&["AIzawa no"]),
    token("npm_token", "an npm token", r"\bnpm_[A-Za-z0-9]{36,}")
        .hints(&["npm_"])
        .examples(&[("npm_0123456789abcdefghijABCDEFGHIJ012345", "[redacted]")])
        .counterexamples(&["npm_config_cache"]),
    token("openai_key", "an OpenAI key", r"\bsk-proj-[A-Za-z0-9_-]{20,}")
        .hints(&["sk-proj-"])
        .examples(&[("sk-proj-0123456789abcdef_ABCD-x", "[redacted]")])
        .counterexamples(&["sk-proj-ect"]),
    token("cloud_key", "a cloud access key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")
        .hints(&["akia", "asia"])
        .examples(&[("key AKIAIOSFODNN7EXAMPLE.", "key [redacted].")])
        .counterexamples(&["ASIA and AKIA"]),
];
