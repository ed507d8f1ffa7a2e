//! A match of a pattern: the secret, and the text around it.

use std::ops::Range;

use regex::Captures;

/// A match of a pattern in a text.
#[derive(Debug)]
pub(crate) struct Match<'t> {
    text: &'t str,
    /// The match with the parts that stay, in bytes.
    pub(crate) whole: Range<usize>,
    /// The part to replace, in bytes.
    pub(crate) secret: Range<usize>,
}

impl<'t> Match<'t> {
    /// The match whose groups were captured; `None` if there is none.
    pub(crate) fn new(text: &'t str, captures: &Captures<'t>) -> Option<Self> {
        let whole = captures.get(0)?.range();
        let start = captures.name("keep").map_or(whole.start, |keep| keep.end());
        let end = captures.name("rest").map_or(whole.end, |rest| rest.start());
        Some(Self { text, whole, secret: start..end })
    }

    /// The part of the match before the secret.
    pub(crate) fn keep(&self) -> &'t str {
        &self.text[self.whole.start..self.secret.start]
    }

    pub(crate) fn secret(&self) -> &'t str {
        &self.text[self.secret.clone()]
    }

    /// The text before the secret.
    pub(crate) fn before(&self) -> &'t str {
        &self.text[..self.secret.start]
    }

    /// The text after the match.
    pub(crate) fn after(&self) -> &'t str {
        &self.text[self.whole.end..]
    }

    /// Whether the secret contains a digit, a symbol, or a capital letter after a small one. Words of prose do not:
    /// `basic training`.
    pub(crate) fn is_coded(&self) -> bool {
        let bytes = self.secret().as_bytes();
        let is_sign = |byte: &u8| byte.is_ascii_digit() || b"=+/$!@#%^*~".contains(byte);
        bytes.iter().any(is_sign)
            || bytes.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
    }
}
