//! Finds percent-encoded secrets: it decodes a copy of the text, redacts the copy, and encodes the result again.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The characters to encode: all except those that are usual in a URL, and the brackets of the mark, so that a text
/// search finds the mark.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/')
    .remove(b':')
    .remove(b'?')
    .remove(b'=')
    .remove(b'#')
    .remove(b'@')
    .remove(b'[')
    .remove(b']');

/// The separators between pieces that are decoded separately, so that pieces without a secret stay unchanged. `/` is
/// not among them, because a value can contain it.
const ENDS: [char; 6] = ['&', ' ', '\n', '"', '<', '>'];

/// A placeholder for an encoded `&`, from the private use area of Unicode. It belongs to a value and must not end it.
const AMPERSAND: &str = "\u{e026}";

/// The placeholder, percent-encoded.
const AMPERSAND_ENCODED: &str = "%EE%80%A6";

/// Applies `clean` to the decoded copy of each piece. Returns the new text, or `None` if nothing was removed.
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
    let held = piece.replace("%26", AMPERSAND);
    let decoded = percent_decode_str(&held).decode_utf8_lossy();
    let cleaned = if decoded == held { None } else { clean(&decoded) };
    cleaned.map(|text| utf8_percent_encode(&text, ENCODED).to_string().replace(AMPERSAND_ENCODED, "%26"))
}
