//! A user and the list of users, in the JSON format of `remote-users`, which Redis also stores.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The login name.
    pub username: String,
    /// The first name.
    pub firstname: String,
    /// The last name.
    pub lastname: String,
    /// The e-mail address. It is personal data: clients get it, and it is never written to a span or a log line.
    #[serde(rename = "emailAddress")]
    pub email_address: String,
    /// Whether the user pays. Defaults to `false`.
    #[serde(default)]
    pub paying: bool,
}

/// The reason why a text is not a list of users. It does not contain the text, which may contain e-mail addresses.
#[derive(Debug, Error)]
pub enum UserListError {
    /// The text is not JSON, or not an array of users.
    #[error("invalid JSON array of users at line {}, column {}", .0.line(), .0.column())]
    Malformed(serde_json::Error),
    /// The list is empty, so no user can be picked.
    #[error("expected at least one user, got an empty list")]
    Empty,
}

/// Parses a list of at least one user.
///
/// # Errors
///
/// Returns an error if the text is not such a list.
pub fn parse_list(text: &[u8]) -> Result<Vec<User>, UserListError> {
    let users: Vec<User> = serde_json::from_slice(text).map_err(UserListError::Malformed)?;
    if users.is_empty() { Err(UserListError::Empty) } else { Ok(users) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: &str =
        r#"[{"username":"ada","firstname":"Ada","lastname":"L","emailAddress":"ada@example.org","paying":true}]"#;

    #[test]
    fn a_list_is_read_and_written_alike() {
        let users = parse_list(ADA.as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&users).unwrap(), ADA);
        let silent = ADA.replace(r#","paying":true"#, "");
        assert!(!parse_list(silent.as_bytes()).unwrap()[0].paying);
    }

    #[test]
    fn an_empty_list_and_a_malformed_one_are_errors_that_name_no_address() {
        assert_eq!(parse_list(b"[]").unwrap_err().to_string(), "expected at least one user, got an empty list");
        let error = parse_list(br#"["ada@example.org"]"#).unwrap_err().to_string();
        assert!(error.contains("line 1") && !error.contains("ada@"), "{error}");
    }
}
