//! The placeholders that stand in for a redacted value.

/// The placeholder that [`redact`](crate::redact) writes. It differs from [`REDACTED`], so that you can see whether a
/// pattern or a name was the reason.
pub const MARK: &str = "[redacted]";

/// The placeholder that the semantic conventions specify for parts of a URL.
pub const REDACTED: &str = "REDACTED";

/// Whether a value is a placeholder, or empty. The other spellings come from other programs.
#[must_use]
pub fn is_placeholder(value: &str) -> bool {
    [MARK, REDACTED, "[REDACTED]"].contains(&value) || value.bytes().all(|byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_whole_values() {
        for value in ["", "REDACTED", "[REDACTED]", "[redacted]", "***", "****"] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["REDACTED2", "[redacted] hunter2", "**hunter2**", "none"] {
            assert!(!is_placeholder(value), "{value}");
        }
    }
}
