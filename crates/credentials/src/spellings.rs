//! Spellings of a text, to search for a known secret.

use std::iter::successors;

use percent_encoding::percent_decode_str;

/// The number of times that a text is decoded. Two suffice for a query within a query.
pub(crate) const DECODED: usize = 2;

/// Returns the text in lower case: as it is, and percent-decoded once and twice if that changes it.
///
/// A text contains a secret if one of its spellings contains one of the secret's.
#[must_use]
pub fn spellings(text: &str) -> Vec<String> {
    let decoded = |text: &String| {
        let decoded = percent_decode_str(text).decode_utf8_lossy();
        (decoded != text.as_str()).then(|| decoded.into_owned())
    };
    let spellings = successors(Some(text.to_owned()), decoded).take(1 + DECODED);
    spellings.map(|spelling| spelling.to_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_decoded_twice_and_in_lower_case() {
        assert_eq!(spellings("Plain"), ["plain"]);
        assert_eq!(spellings("A%40b"), ["a%40b", "a@b"]);
        assert_eq!(spellings("%254A"), ["%254a", "%4a", "j"]);
        assert_eq!(spellings("%25254A"), ["%25254a", "%254a", "%4a"]);
    }
}
