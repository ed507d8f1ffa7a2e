//! A TOML file of the lab, read strictly: what is wrong with it is said with file, line and key.

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

/// The text of a file, in which errors have a line.
#[derive(Debug)]
pub(crate) struct Document {
    path: PathBuf,
    text: String,
}

/// Reads one document; unknown keys and wrong types are errors when `T` denies them.
///
/// # Errors
/// When the file cannot be read, is not TOML or does not have the form of `T`.
pub(crate) fn read<T: DeserializeOwned>(file: &Path) -> Result<T, DocumentError> {
    let document = Document::read(file)?;
    toml::from_str(&document.text).map_err(|error| document.refuse(&error, 0))
}

impl Document {
    /// Reads the text of a file.
    pub(crate) fn read(path: &Path) -> Result<Self, DocumentError> {
        let unreadable = |source| DocumentError::Unreadable { file: path.to_owned(), source };
        Ok(Self { path: path.to_owned(), text: std::fs::read_to_string(path).map_err(unreadable)? })
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// An error at a byte of the text.
    pub(crate) fn wrong(&self, offset: usize, message: String) -> DocumentError {
        self.wrong_in_line(self.line_of(offset), message)
    }

    /// An error in a line, from 1.
    pub(crate) fn wrong_in_line(&self, line: usize, message: String) -> DocumentError {
        DocumentError::Invalid { file: self.path.clone(), line, message }
    }

    /// What the TOML library refuses, with the key of its line; at `offset` if the library names no place.
    pub(crate) fn refuse(&self, error: &toml::de::Error, offset: usize) -> DocumentError {
        let offset = error.span().map_or(offset, |span| span.start);
        // A key that is missing at the top level is reported at byte 0: the key of the first line would mislead.
        let key = Some(offset).filter(|offset| *offset > 0).and_then(|offset| self.key_at(offset));
        let key = key.map(|key| format!("`{key}`: ")).unwrap_or_default();
        self.wrong(offset, format!("{key}{}", error.message().replace('\n', " ")))
    }

    /// The line, from 1, in which a byte of the text stands.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    /// The key of the line at an offset, so that a wrong type is said with its key.
    fn key_at(&self, offset: usize) -> Option<&str> {
        let line = self.text.lines().nth(self.line_of(offset) - 1)?;
        let (key, _) = line.split_once('=')?;
        let key = key.trim();
        (!key.is_empty()).then_some(key)
    }
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
        let document = Document { path: "a.toml".into(), text: text.to_owned() };
        document.refuse(&toml::from_str::<Form>(text).unwrap_err(), 0).to_string()
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
