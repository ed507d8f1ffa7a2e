//! What looks like a secret, wherever it stands: tokens, keys, passwords, e-mail addresses, payment cards.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Captures;

use super::cards::without_cards;
use super::encoded;
use super::kinds::{Find, Look, looks};

/// What stands where a secret was.  Not the word that URLs have: it tells which of the two nets caught it.
pub(crate) const MARK: &str = "[redacted]";

/// What a URL has in place of a secret already.
const MARKED: [&str; 3] = [MARK, super::REDACTED, "REDACTED:REDACTED"];

/// Words of which every secret, and every name of one, has at least one.  Nearly no text has any, and then this one look
/// is all that the expressions below cost.
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

/// Makes the expressions, which takes a while (0.2 s in a debug build): at the start of a process, and not in its first request.
pub(crate) fn prepare() {
    LazyLock::force(&HINT);
    LazyLock::force(&LOOKS);
}

/// Whether a text has one of the words.
pub(crate) fn is_suspicious(text: &str) -> bool {
    HINT.is_match(text)
}

/// How often a text is decoded at most: a query within a query, and no further.
const DECODED: usize = 2;

/// The text without what looks like a secret, or nothing if there was none.  `found` is told the kind of each.
pub(crate) fn without_secrets(text: &str, found: &mut impl FnMut(&'static str)) -> Option<String> {
    decoded(text, DECODED, found)
}

/// First as it stands, then as it reads once it is decoded.
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
    // A number has no word before it.
    let Some((cleaned, cards)) = without_cards(spoken.as_deref().unwrap_or(text)) else {
        return spoken;
    };
    (0..cards).for_each(|_| found("payment_card"));
    Some(cleaned)
}

/// The text without what an expression finds.
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

/// What says that it was a secret stays, the secret goes; nothing if it is gone already, or is none.
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
