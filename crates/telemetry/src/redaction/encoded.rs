//! Secrets whose signs are percent-encoded: a decoded copy is looked at, and what is left is encoded again.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What needs no encoding where a URL stands, and the brackets of the mark, which shall be found by who searches for it.
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

/// Where a URL or a parameter ends, so that others stay as they were.  Fewer than could be: a value with a `/` is one.
const ENDS: [char; 6] = ['&', ' ', '\n', '"', '<', '>'];

/// What an encoded `&` is meanwhile, of Unicode's private area: it stands within a value and ends none.
const AMPERSAND: &str = "\u{e026}";

/// The same, encoded.
const AMPERSAND_ENCODED: &str = "%EE%80%A6";

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
    let held = piece.replace("%26", AMPERSAND);
    let decoded = percent_decode_str(&held).decode_utf8_lossy();
    let cleaned = if decoded == held { None } else { clean(&decoded) };
    cleaned.map(|text| utf8_percent_encode(&text, ENCODED).to_string().replace(AMPERSAND_ENCODED, "%26"))
}
