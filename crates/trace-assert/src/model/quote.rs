//! Texts as expectations write them: as a bare word or as a JSON string.

/// Returns whether a bare word may contain the character.
pub(crate) fn is_bare(character: char) -> bool {
    character.is_ascii_alphanumeric() || "._-".contains(character)
}

/// Returns the text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Returns the text unchanged if the grammar allows it as a bare word, and as a JSON string otherwise.
pub(crate) fn bare_or_quoted(text: &str) -> String {
    if !text.is_empty() && text.chars().all(is_bare) { text.to_owned() } else { quoted(text) }
}
