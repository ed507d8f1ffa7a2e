//! Percent-encoded pieces of a text, decoded, and the origin of each decoded byte.

use std::cell::OnceCell;

use percent_encoding::percent_decode_str;

/// The separators between pieces. `/` is not among them, because a value can contain it.
const ENDS: [char; 6] = ['&', ' ', '\n', '"', '<', '>'];

/// A placeholder for an encoded `&`, from the private use area of Unicode, of the same length as `%26`. The `&` belongs
/// to a value and must not end it.
const AMPERSAND: &str = "\u{e026}";

/// A piece that contains encoded characters.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// The offset of the piece in the text.
    start: usize,
    /// The piece, with placeholders for encoded `&`.
    held: String,
    text: String,
    origins: OnceCell<Vec<usize>>,
}

impl Decoded {
    /// The pieces of a text that contain encoded characters. They are decoded separately, so that no secret extends
    /// over several.
    pub(crate) fn pieces(text: &str) -> impl Iterator<Item = Self> {
        let mut start = 0;
        let pieces = text.split_inclusive(ENDS).map(move |piece| {
            start += piece.len();
            (start - piece.len(), piece.trim_end_matches(ENDS))
        });
        pieces.filter_map(|(start, piece)| Self::new(start, piece))
    }

    fn new(start: usize, piece: &str) -> Option<Self> {
        if !piece.contains('%') {
            return None;
        }
        let held = piece.replace("%26", AMPERSAND);
        let text = percent_decode_str(&held).decode_utf8_lossy().into_owned();
        (text != held).then(|| Self { start, held, text, origins: OnceCell::new() })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The offset in the text that contains the piece.
    pub(crate) fn origin(&self, at: usize) -> usize {
        self.start + self.origins.get_or_init(|| origins(&self.held))[at]
    }
}

/// For each byte of the decoded text, and for its end: the offset in the encoded text.
fn origins(held: &str) -> Vec<usize> {
    let bytes: Vec<u8> = percent_decode_str(held).collect();
    let mut encoded = encoded_offsets(held.as_bytes()).into_iter();
    let mut origins = Vec::new();
    for chunk in bytes.utf8_chunks() {
        origins.extend(encoded.by_ref().take(chunk.valid().len()));
        let invalid: Vec<usize> = encoded.by_ref().take(chunk.invalid().len()).collect();
        if let Some(first) = invalid.first() {
            origins.extend([*first; char::REPLACEMENT_CHARACTER.len_utf8()]);
        }
    }
    origins.push(held.len());
    origins
}

/// The offset of each byte before it was decoded.
fn encoded_offsets(held: &[u8]) -> Vec<usize> {
    let (mut offsets, mut at) = (Vec::new(), 0);
    while at < held.len() {
        offsets.push(at);
        let is_encoded = matches!(held[at..], [b'%', high, low, ..] if [high, low].iter().all(u8::is_ascii_hexdigit));
        at += if is_encoded { 3 } else { 1 };
    }
    offsets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_decoded_separately_and_each_byte_has_its_origin() {
        let pieces: Vec<Decoded> = Decoded::pieces("a=b&c=%41%26d e %ff%4").collect();
        let [first, second] = &pieces[..] else { panic!("two pieces: {pieces:?}") };
        assert_eq!((first.text(), second.text()), ("c=A\u{e026}d", "\u{fffd}%4"));
        assert_eq!([0, 2, 3, 6, 7].map(|at| first.origin(at)), [4, 6, 9, 12, 13]);
        assert_eq!([0, 2, 3, 4, 5].map(|at| second.origin(at)), [16, 16, 19, 20, 21]);
    }

    #[test]
    fn a_text_without_encoded_characters_has_no_pieces() {
        assert_eq!(Decoded::pieces("100% & 5 %zz").count(), 0);
    }
}
