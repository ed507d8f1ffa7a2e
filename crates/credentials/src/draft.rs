//! A text in which secrets are replaced step by step, and the origin of each of its bytes.

use std::borrow::Cow;
use std::ops::Range;

use crate::placeholder::MARK;

#[derive(Debug)]
pub(crate) struct Draft<'t> {
    text: Cow<'t, str>,
    /// For each byte, and for the end: its offset in the original text. Empty as long as both texts are equal.
    origins: Vec<usize>,
}

impl<'t> Draft<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text: text.into(), origins: Vec::new() }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The offset in the original text. All bytes of a placeholder come from the start of the secret.
    pub(crate) fn origin(&self, at: usize) -> usize {
        self.origins.get(at).copied().unwrap_or(at)
    }

    /// Replaces the ranges, which are in order and do not overlap.
    pub(crate) fn replace(&mut self, ranges: &[Range<usize>]) {
        let (mut text, mut origins, mut copied) = (String::new(), Vec::new(), 0);
        for range in ranges {
            text.push_str(&self.text[copied..range.start]);
            text.push_str(MARK);
            origins.extend((copied..range.start).map(|at| self.origin(at)));
            origins.extend([self.origin(range.start); MARK.len()]);
            copied = range.end;
        }
        text.push_str(&self.text[copied..]);
        origins.extend((copied..=self.text.len()).map(|at| self.origin(at)));
        (self.text, self.origins) = (text.into(), origins);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_has_its_origin_after_every_step() {
        let mut draft = Draft::new("ab secret cd");
        assert_eq!(draft.origin(3), 3);
        draft.replace(std::slice::from_ref(&(3..9)));
        assert_eq!(draft.text(), "ab [redacted] cd");
        let origins = |draft: &Draft<'_>| [2, 3, 12, 13, 14, 16].map(|at| draft.origin(at));
        assert_eq!(origins(&draft), [2, 3, 3, 9, 10, 12]);
        draft.replace(&[0..1, 14..15]);
        assert_eq!(draft.text(), "[redacted]b [redacted] [redacted]d");
        assert_eq!([0, 9, 10, 11, 12, 22, 23, 33, 34].map(|at| draft.origin(at)), [0, 0, 1, 2, 3, 9, 10, 11, 12]);
    }
}
