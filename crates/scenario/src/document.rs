//! A TOML file read strictly: what is wrong with it is said with file, line and key.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// Why a file of the lab could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The file is not there or not readable.
    #[error("{}: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file says something that it may not.
    #[error("{}:{line}: {message}", file.display())]
    Invalid {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The key and what is wrong with it.
        message: String,
    },
}

/// Reads one document; unknown keys and wrong types are errors when `T` denies them.
///
/// # Errors
/// When the file cannot be read, is not TOML or does not have the form of `T`.
pub fn read<T: DeserializeOwned>(file: &Path) -> Result<T, DocumentError> {
    let text = text(file)?;
    parse(file, &text)
}

/// The text of a file.
///
/// # Errors
/// When it cannot be read.
pub fn text(file: &Path) -> Result<String, DocumentError> {
    std::fs::read_to_string(file).map_err(|source| DocumentError::Unreadable { file: file.to_owned(), source })
}

/// Like [`read`], of a text that is already here.
///
/// # Errors
/// When the text is not TOML or does not have the form of `T`.
pub fn parse<T: DeserializeOwned>(file: &Path, text: &str) -> Result<T, DocumentError> {
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        // What is missing stands on no line: the key of the first line would mislead.
        let missing = error.message().starts_with("missing field");
        let key = key_at(text, offset).filter(|_| !missing).map(|key| format!("`{key}`: ")).unwrap_or_default();
        invalid(file, text, offset, format!("{key}{}", error.message().replace('\n', " ")))
    })
}

/// An error at a byte of the text.
#[must_use]
pub fn invalid(file: &Path, text: &str, offset: usize, message: String) -> DocumentError {
    DocumentError::Invalid { file: file.to_owned(), line: line_of(text, offset), message }
}

/// The line, from 1, in which a byte of the text stands.
#[must_use]
pub fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The key of the line at an offset, so that a wrong type is said with its key.
fn key_at(text: &str, offset: usize) -> Option<&str> {
    let line = text.lines().nth(line_of(text, offset) - 1)?;
    let (key, _) = line.split_once('=')?;
    let key = key.trim();
    (!key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Form {
        #[expect(dead_code, reason = "only its type matters here")]
        times: u32,
    }

    fn message(text: &str) -> String {
        parse::<Form>(Path::new("a.toml"), text).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        assert_eq!(message("times = 1\ntime = 2\n"), "a.toml:2: `time`: unknown field `time`, expected `times`");
    }

    #[test]
    fn a_wrong_type_is_named_with_its_key() {
        assert_eq!(
            message("# a comment\ntimes = \"x\"\n"),
            "a.toml:2: `times`: invalid type: string \"x\", expected u32"
        );
    }
}
