//! Names that announce a credential: of attributes, headers, baggage entries and query parameters.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::words;

/// Where a name announces a credential. Each name of a text or a header is also the name of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Before its value in any text, as in `password=x`.
    Text,
    /// Before its value in a header, as in `Cookie: a=1`. In other texts the value would be prose.
    Header,
    /// The key of an attribute, a header or a baggage entry, as a whole word.
    Key,
    /// Any part of the name of a query parameter, as in `zipcode`. It is better to redact too much there.
    Parameter,
}

/// All names in lower case, with a `-` between words.
const NAMES: [(&str, Place); 28] = [
    ("access-key", Place::Text),
    ("api-key", Place::Text),
    ("auth", Place::Key),
    ("authorization", Place::Header),
    ("bearer", Place::Key),
    ("code", Place::Parameter),
    ("cookie", Place::Header),
    ("cookies", Place::Key),
    ("credential", Place::Key),
    ("credentials", Place::Key),
    ("jwt", Place::Key),
    ("key", Place::Parameter),
    ("mail", Place::Parameter),
    ("pass", Place::Parameter),
    ("passphrase", Place::Text),
    ("passwd", Place::Text),
    ("password", Place::Text),
    ("private-key", Place::Text),
    ("pwd", Place::Text),
    ("secret", Place::Text),
    ("secret-access", Place::Text),
    ("secret-access-key", Place::Text),
    ("secret-key", Place::Text),
    ("session", Place::Text),
    ("session-id", Place::Text),
    ("sig", Place::Parameter),
    ("signature", Place::Text),
    ("token", Place::Text),
];

/// A word of each key, to pass over most keys with one search.
static KEY_HINTS: LazyLock<AhoCorasick> = LazyLock::new(|| words::search(keys().map(hint)));

static KEY: LazyLock<Regex> = LazyLock::new(|| {
    let names = alternatives(keys(), "[^A-Za-z0-9]?");
    let expression = format!("(?:^|[^A-Za-z0-9])(?i:{names})(?:$|[^A-Za-z0-9])");
    Regex::new(&expression).expect("names consist of letters, so the expression is valid")
});

/// Names of several words contain one of these.
static PARAMETER: LazyLock<AhoCorasick> =
    LazyLock::new(|| words::search(NAMES.into_iter().map(|(name, _)| name).filter(|name| !name.contains('-'))));

/// Whether a name denotes a credential. Whole words are compared, so `input_tokens` and `idempotency-key` do not match.
/// Several words can be joined: `x-api-key`, `api.key` and `apikey` match.
#[must_use]
pub fn is_credential_name(name: &str) -> bool {
    KEY_HINTS.is_match(name) && KEY.is_match(name)
}

/// Whether the value of a query parameter with this name is usually a secret. Parts of words match, too.
#[must_use]
pub fn is_sensitive_parameter(name: &str) -> bool {
    PARAMETER.is_match(name)
}

/// Compiles the searches for names.
pub(crate) fn prepare() {
    LazyLock::force(&KEY_HINTS);
    LazyLock::force(&KEY);
    LazyLock::force(&PARAMETER);
}

/// An expression for the names of one place in a text.
pub(crate) fn expression(place: Place) -> String {
    alternatives(in_text(place), "[_-]?")
}

/// Words of which each text with a name of this place contains one.
pub(crate) fn hints(place: Place) -> impl Iterator<Item = &'static str> {
    in_text(place).map(hint)
}

fn in_text(place: Place) -> impl Iterator<Item = &'static str> {
    NAMES.into_iter().filter(move |(_, own)| *own == place).map(|(name, _)| name)
}

fn keys() -> impl Iterator<Item = &'static str> {
    NAMES.into_iter().filter(|(_, place)| *place != Place::Parameter).map(|(name, _)| name)
}

/// The longest word of a name.
fn hint(name: &'static str) -> &'static str {
    name.split('-').max_by_key(|word| word.len()).unwrap_or(name)
}

fn alternatives(names: impl Iterator<Item = &'static str>, gap: &str) -> String {
    let names: Vec<String> = names.map(|name| name.replace('-', gap)).collect();
    format!("(?:{})", names.join("|"))
}

#[cfg(test)]
mod tests;
