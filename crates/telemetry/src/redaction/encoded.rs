//! Secrets whose signs are percent-encoded: a decoded copy is looked at, and what is left is encoded again.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What needs no encoding, and the brackets of the mark, which shall be found by who searches for it.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'[').remove(b']');

/// Where a piece of a URL ends.  Each is decoded apart, so that the others stay as they were.
const ENDS: [char; 8] = ['&', '=', '/', '?', '#', ' ', '\n', '"'];

/// The text without what `clean` takes out of the decoded copy of a piece, or nothing if that is nothing.
pub(super) fn without_secrets(text: &str, clean: &mut impl FnMut(&str) -> Option<String>) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let mut changed = false;
    let pieces = text.split_inclusive(ENDS).map(|piece| {
        let (own, end) = piece.split_at(piece.trim_end_matches(ENDS).len());
        let cleaned = cleaned(own, clean);
        changed |= cleaned.is_some();
        cleaned.unwrap_or_else(|| own.to_owned()) + end
    });
    let text: String = pieces.collect();
    changed.then_some(text)
}

fn cleaned(piece: &str, clean: &mut impl FnMut(&str) -> Option<String>) -> Option<String> {
    let decoded = percent_decode_str(piece).decode_utf8_lossy();
    let cleaned = if decoded == piece { None } else { clean(&decoded) };
    cleaned.map(|text| utf8_percent_encode(&text, ENCODED).to_string())
}
