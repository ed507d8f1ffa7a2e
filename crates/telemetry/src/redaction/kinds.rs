//! The table of secret patterns: kind, regular expression, and additional condition.

use regex::Regex;

/// A pattern: the kind that is counted, an expression, and a condition for its matches.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) kind: &'static str,
    /// The groups `keep` and `rest` stay in the text. The part between them is the secret.
    pub(super) expression: Regex,
    pub(super) holds: Holds,
}

/// Whether a match is a secret.
type Holds = fn(&Find<'_>) -> bool;

/// A match of an expression, and the text after it.
#[derive(Debug)]
pub(super) struct Find<'a> {
    pub(super) keep: &'a str,
    pub(super) secret: &'a str,
    pub(super) behind: &'a str,
}

/// Names whose values are secrets.
const NAME: &str = "(?:passw(?:or)?d|passphrase|pwd|secret(?:[_-]?access)?(?:[_-]?key)?|token|(?:api|access|private)[_-]?key|signature|session(?:[_-]?id)?)";

/// Headers whose values are secrets.
const HEADER: &str = "(?:cookie|authorization)";

/// A value without quotes. It ends at a delimiter. The first character cannot be `>`, which ends an arrow (`=>`).
const VALUE: &str = r#"[^&;,\s"'\\\[\])}>][^&;,\s"'\\\[\])}]*"#;

/// Kind, expression, condition. Expressions that match longer parts of a text come first.
///
/// Texts can be percent-encoded, so the expressions accept `%20`, `%3D` and `%40` for the decoded characters.
const PLAIN: [(&str, &str, Holds); 19] = [
    ("private_key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\z)", always),
    ("header", r"(?i)(?<keep><header>\s*:\s*)[^\r\n]+", is_header),
    ("authorization", r"(?i)(?<keep>\bbearer(?:\s|%20|\+)+)[a-z0-9._~+/=%-]{4,}", always),
    ("authorization", r"(?i)(?<keep>\b(?:basic|negotiate)(?:\s|%20|\+)+)[a-z0-9._~+/=%-]{7,}", is_coded),
    ("authorization", r"(?i)(?<keep>\bdigest(?:\s|%20|\+)+)[a-z]+=[^\r\n]+", always),
    ("jwt", r"\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*", always),
    ("github_token", r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})", always),
    ("gitlab_token", r"\bglpat-[A-Za-z0-9_-]{20,}", always),
    ("slack_token", r"\bxox[abprs]-[A-Za-z0-9-]{10,}", always),
    ("stripe_key", r"\b[sr]k_live_[A-Za-z0-9]{16,}", always),
    ("google_key", r"\bAIza[A-Za-z0-9_-]{35,}", always),
    ("npm_token", r"\bnpm_[A-Za-z0-9]{36,}", always),
    ("openai_key", r"\bsk-proj-[A-Za-z0-9_-]{20,}", always),
    ("cloud_key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", always),
    ("userinfo", r"(?i)(?<keep>\b[a-z][a-z0-9+.-]*://)(?:[^/\s@?#\[]+@)*[^/\s@?#\[]+(?<rest>@)", always),
    // A password that contains `/`, `?` or `#`. The part before that character must not be a port. Otherwise it is a
    // host, and the `@` is in the path.
    (
        "userinfo",
        r#"(?i)(?<keep>\b[a-z][a-z0-9+.-]*://)[^/\s@?#\[:]*:(?:[^/\s@?#]*[^/\s@?#0-9][^/\s@?#]*|[0-9]{6,})?[/?#][^\s"'<>]*(?<rest>@)"#,
        always,
    ),
    ("assignment", r"(?i)(?<keep>(?:<name>|\bsig)(?:\s*=>?\s*|%3D))<value>", always),
    ("assignment", r"(?i)(?<keep><name>:(?:\s|\+)*)<value>", is_told),
    ("email", r"(?i)[a-z0-9._+%-]+(?:@|%40)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b", always),
];

/// Quoted values after a name. An escaped character does not end a value, so a value is always replaced as a whole.
const QUOTED: [&str; 5] = [
    r#"(?i)(?<keep><name>\\*["']?\s*(?:=>|=|:)\s*")(?:[^"\\]|\\(?s:.))+"#,
    r#"(?i)(?<keep><name>\\*["']?\s*(?:=>|=|:)\s*')(?:[^'\\]|\\(?s:.))+"#,
    // JSON in a JSON string: each quote and each backslash has an additional backslash.
    r#"(?i)(?<keep><name>\\*["']?\s*(?:=>|=|:)\s*\\")(?:[^"\\]|\\\\(?:\\(?s:.)|[^"\\])|\\[^"\\])+"#,
    // At deeper nesting the end of a value cannot be determined, so the rest of the text is replaced.
    r#"(?i)(?<keep><name>\\*["']?\s*(?:=>|=|:)\s*(?:\\{2,}["']|\\'))(?s:.+)"#,
    r#"(?i)(?<keep><name>\\*["']\s*(?:=>|:)\s*)-?[0-9][0-9.eE+-]*"#,
];

/// All patterns, in order: private keys and header lines first, because quotes do not end them, then quoted values,
/// then the others.
pub(super) fn looks() -> Vec<Look> {
    let header = QUOTED.map(|form| look("header", &form.replace("<name>", HEADER), is_header));
    let quoted = QUOTED.map(|form| look("quoted", form, always));
    let plain = PLAIN.map(|(kind, expression, holds)| look(kind, expression, holds));
    let (lines, others) =
        plain.into_iter().partition::<Vec<_>, _>(|look| ["private_key", "header"].contains(&look.kind));
    lines.into_iter().chain(header).chain(quoted).chain(others).collect()
}

fn look(kind: &'static str, expression: &str, holds: Holds) -> Look {
    let expression = expression.replace("<name>", NAME).replace("<header>", HEADER).replace("<value>", VALUE);
    let expression = Regex::new(&expression).expect("the expressions of this file are valid, as its tests show");
    Look { kind, expression, holds }
}

fn always(_: &Find<'_>) -> bool {
    true
}

/// A cookie header contains `name=value`. Prose does not: `cookie: policy accepted`.
fn is_header(find: &Find<'_>) -> bool {
    !find.keep.to_ascii_lowercase().starts_with("cookie") || find.secret.contains('=')
}

/// Whether the match contains a digit, a symbol, or a capital letter after a small one. Words of prose do not: `basic
/// training`.
fn is_coded(find: &Find<'_>) -> bool {
    let bytes = find.secret.as_bytes();
    let is_sign = |byte: &u8| byte.is_ascii_digit() || b"=+/$!@#%^*~".contains(byte);
    bytes.iter().any(is_sign)
        || bytes.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

/// Whether the value after `name:` is a secret. `token: abc` is one. Not a secret: `the password: please reset` (a
/// sentence continues), `session: closed` (a state), and `session::new` (a path in code).
fn is_told(find: &Find<'_>) -> bool {
    let goes_on = find.behind.trim_start_matches([' ', '+']).starts_with(|next: char| next.is_alphanumeric());
    let is_state = find.keep.to_ascii_lowercase().starts_with("session:");
    let is_tight = find.keep.ends_with(':');
    // An encoded space (`%20`, `%2520`) before a value that has been replaced already.
    let is_gap = find.secret.starts_with(['%', '+']) && find.secret.trim_matches(['%', '2', '5', '0', '+']).is_empty();
    let is_path = find.secret.starts_with(':');
    !is_path && !is_gap && (is_coded(find) || !(goes_on && !is_tight || is_state))
}
