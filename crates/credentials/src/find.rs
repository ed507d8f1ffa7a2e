//! Finds all secrets in a text, also in its percent-encoded parts.

use std::ops::Range;

use crate::draft::Draft;
use crate::encoded::Decoded;
use crate::pattern::SecretPattern;
use crate::spellings::DECODED;
use crate::table::candidates;

/// A secret in a text.
#[derive(Debug)]
pub(crate) struct Secret {
    pub(crate) pattern: &'static SecretPattern,
    /// In bytes. A range can contain those of secrets that were found earlier.
    pub(crate) range: Range<usize>,
}

/// Finds all secrets, in the order of the patterns: first in the text as it is, then in its decoded parts.
pub(crate) fn find(text: &str) -> Vec<Secret> {
    let mut secrets = Vec::new();
    collect(text, DECODED, &|at| at, &mut secrets);
    secrets
}

/// Searches a text that was decoded from another. `origin` translates offsets into those of the outermost text.
fn collect(text: &str, deeper: usize, origin: &dyn Fn(usize) -> usize, secrets: &mut Vec<Secret>) {
    let mut draft = Draft::new(text);
    collect_plain(&mut draft, origin, secrets);
    if deeper == 0 || !text.contains('%') {
        return;
    }
    for piece in Decoded::pieces(draft.text()) {
        collect(piece.text(), deeper - 1, &|at| origin(draft.origin(piece.origin(at))), secrets);
    }
}

/// Searches the text as it stands. Each pattern is applied to what those before it left.
fn collect_plain(draft: &mut Draft<'_>, origin: &dyn Fn(usize) -> usize, secrets: &mut Vec<Secret>) {
    for own in candidates(draft.text()) {
        let ranges: Vec<Range<usize>> = own.find(draft.text()).map(|one| one.secret).collect();
        if ranges.is_empty() {
            continue;
        }
        let root = |at| origin(draft.origin(at));
        secrets.extend(
            ranges.iter().map(|range| Secret { pattern: own.pattern, range: root(range.start)..root(range.end) }),
        );
        draft.replace(&ranges);
    }
}
