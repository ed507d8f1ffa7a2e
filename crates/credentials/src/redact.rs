//! Redacts or detects what the patterns find.

use crate::find::{Secret, find};
use crate::pattern::SecretPattern;
use crate::placeholder::MARK;

/// The maximum number of passes over a text. Two suffice for nearly all texts: one to replace, and one to confirm.
const PASSES: usize = 4;

/// Replaces each secret in a text by [`MARK`]. Returns `None` if there is none. All other text stays as it is.
///
/// Calls `found` with the pattern of each secret. Parts that are percent-encoded once or twice are searched in their
/// decoded form as well. The result contains no secret: a replacement can remove a delimiter that ended another value,
/// so texts with secrets are searched again until there are none.
pub fn redact(text: &str, found: &mut impl FnMut(&'static SecretPattern)) -> Option<String> {
    let mut redacted: Option<String> = None;
    for _ in 0..PASSES {
        let Some(next) = pass(redacted.as_deref().unwrap_or(text), found) else { break };
        redacted = Some(next);
    }
    redacted
}

/// Replaces the secrets that one search finds.
fn pass(text: &str, found: &mut impl FnMut(&'static SecretPattern)) -> Option<String> {
    let mut secrets = find(text);
    if secrets.is_empty() {
        return None;
    }
    secrets.iter().for_each(|secret| found(secret.pattern));
    secrets.sort_by_key(|secret| secret.range.start);
    Some(replaced(text, &secrets))
}

/// Returns the first pattern that [`redact`] would find in a text.
#[must_use]
pub fn detect(text: &str) -> Option<&'static SecretPattern> {
    find(text).first().map(|secret| secret.pattern)
}

/// Replaces the ranges, which are in order. Those that overlap are replaced as one.
fn replaced(text: &str, secrets: &[Secret]) -> String {
    let (mut redacted, mut copied) = (String::new(), 0);
    for Secret { range, .. } in secrets {
        if range.start >= copied {
            redacted.push_str(&text[copied..range.start]);
            redacted.push_str(MARK);
        }
        copied = copied.max(range.end);
    }
    redacted + &text[copied..]
}

#[cfg(test)]
mod tests;
