//! All patterns, and the parts that their expressions share.

mod assignments;
mod authorization;
mod cards;
mod emails;
mod headers;
mod private_keys;
mod quoted;
mod tokens;
mod urls;

use crate::pattern::SecretPattern;

/// All patterns, in the order in which they are applied: private keys and header lines first, because quotes do not
/// end them, then quoted values, then the others. What matches longer parts of a text comes first.
const GROUPS: [&[SecretPattern]; 9] = [
    private_keys::PATTERNS,
    headers::PATTERNS,
    quoted::PATTERNS,
    authorization::PATTERNS,
    tokens::PATTERNS,
    urls::PATTERNS,
    assignments::PATTERNS,
    emails::PATTERNS,
    cards::PATTERNS,
];

/// The number of patterns.
pub(crate) const COUNT: usize = {
    let (mut count, mut group) = (0, 0);
    while group < GROUPS.len() {
        count += GROUPS[group].len();
        group += 1;
    }
    count
};

/// Parts that several expressions contain.
pub(crate) const PARTS: [(&str, &str); 3] =
    [("<card>", cards::CARD), ("<gap>", cards::GAP), ("<value>", assignments::VALUE)];

/// All patterns, in the order in which they are applied.
pub fn patterns() -> impl Iterator<Item = &'static SecretPattern> {
    GROUPS.into_iter().flatten()
}

#[cfg(test)]
mod tests;
