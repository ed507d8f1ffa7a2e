//! The search for many words at once.

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// Compiles a search for words, in any case of ASCII letters.
pub(crate) fn search(words: impl IntoIterator<Item = &'static str>) -> AhoCorasick {
    // The fastest kind. By default, it is used for few words only.
    let kind = Some(AhoCorasickKind::DFA);
    let search = AhoCorasick::builder().ascii_case_insensitive(true).kind(kind).build(words);
    search.expect("the words are not too many")
}
