//! Finds secrets in any text by patterns: tokens, keys, passwords, e-mail addresses and payment card numbers.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Captures;

use super::cards::without_cards;
use super::encoded;
use super::kinds::{Find, Look, looks};

/// The mark that replaces a secret. It differs from `REDACTED` in URLs, so that you can see which layer removed the
/// secret.
pub(crate) const MARK: &str = "[redacted]";

/// Values that a URL contains after redaction.
const MARKED: [&str; 3] = [MARK, super::REDACTED, "REDACTED:REDACTED"];

/// Words of which each secret, or the name of a credential, contains at least one. Few texts contain any of them. For
/// all other texts this one search is the only cost.
const HINTS: [&str; 37] = [
    "%40",
    "-----begin",
    "@",
    "aiza",
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
    "glpat-",
    "jwt",
    "key",
    "negotiate",
    "npm_",
    "passphrase",
    "passw",
    "pwd",
    "rk_live_",
    "secret",
    "session",
    "sig=",
    "sig%",
    "signature",
    "sk-proj-",
    "sk_live_",
    "token",
    "xox",
];

static HINT: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let builder = AhoCorasick::builder().ascii_case_insensitive(true).build(HINTS);
    builder.expect("these words are not too many")
});
static LOOKS: LazyLock<Vec<Look>> = LazyLock::new(looks);

/// Compiles the expressions at the start of the process, because it takes 0.2 s in a debug build. Otherwise the first
/// request would be delayed.
pub(crate) fn prepare() {
    LazyLock::force(&HINT);
    LazyLock::force(&LOOKS);
}

/// Whether a text contains one of the words in `HINTS`.
pub(crate) fn is_suspicious(text: &str) -> bool {
    HINT.is_match(text)
}

/// The maximum number of times that a text is decoded. Two suffice for a query within a query.
const DECODED: usize = 2;

/// Replaces secrets in a text. Returns `None` if there are none. `found` is called with the kind of each secret.
pub(crate) fn without_secrets(text: &str, found: &mut impl FnMut(&'static str)) -> Option<String> {
    decoded(text, DECODED, found)
}

/// Checks the text as it is, and then its decoded form.
fn decoded(text: &str, deeper: usize, found: &mut dyn FnMut(&'static str)) -> Option<String> {
    let seen = as_it_stands(text, found);
    if deeper == 0 {
        return seen;
    }
    let before = seen.as_deref().unwrap_or(text);
    encoded::without_secrets(before, &mut |piece| decoded(piece, deeper - 1, found)).or(seen)
}

fn as_it_stands(text: &str, found: &mut dyn FnMut(&'static str)) -> Option<String> {
    let spoken = if is_suspicious(text) { without_words(text, found) } else { None };
    // Card numbers contain none of the words, so this check is separate.
    let Some((cleaned, cards)) = without_cards(spoken.as_deref().unwrap_or(text)) else {
        return spoken;
    };
    (0..cards).for_each(|_| found("payment_card"));
    Some(cleaned)
}

/// Replaces the matches of all expressions.
fn without_words(text: &str, found: &mut dyn FnMut(&'static str)) -> Option<String> {
    let mut cleaned = None;
    for look in &*LOOKS {
        let before = cleaned.as_deref().unwrap_or(text);
        let mut hits = 0;
        let after = look.expression.replace_all(before, |captures: &Captures<'_>| {
            replaced(look, captures, before).inspect(|_| hits += 1).unwrap_or_else(|| captures[0].to_owned())
        });
        if hits > 0 {
            (0..hits).for_each(|_| found(look.kind));
            cleaned = Some(after.into_owned());
        }
    }
    cleaned
}

/// Builds the replacement of a match: `keep` and `rest` stay. Returns `None` if the match is already redacted, or
/// does not satisfy the condition.
fn replaced(look: &Look, captures: &Captures<'_>, text: &str) -> Option<String> {
    let whole = captures.get(0)?;
    let group = |name| captures.name(name).map_or("", |group| group.as_str());
    let (keep, rest) = (group("keep"), group("rest"));
    let secret = &whole.as_str()[keep.len()..whole.len() - rest.len()];
    let find = Find { keep, secret, behind: &text[whole.end()..] };
    let is_one = !MARKED.contains(&secret) && (look.holds)(&find);
    is_one.then(|| format!("{keep}{MARK}{rest}"))
}

#[cfg(test)]
mod tests;
