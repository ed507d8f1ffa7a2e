//! A TOML file of the lab. An error in it names the file, the line and the key.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::Spanned;

/// Why a file of the lab cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The file does not exist or is not readable.
    #[error("cannot read {}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// A key or a value is not valid.
    #[error("{}:{line}: {problem}", file.display())]
    Invalid {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The key, what is wrong with it, and what was expected.
        problem: String,
    },
}

/// What is read from a file, or the error in it.
pub(crate) type Parsed<T> = Result<T, DocumentError>;

/// The text of a file, in which errors have a line.
#[derive(Debug)]
pub(crate) struct Document {
    path: PathBuf,
    pub(crate) text: String,
}

impl Document {
    /// Reads the text of a file.
    pub(crate) fn read(path: &Path) -> Parsed<Self> {
        let unreadable = |source| DocumentError::Unreadable { file: path.to_owned(), source };
        Ok(Self { path: path.to_owned(), text: std::fs::read_to_string(path).map_err(unreadable)? })
    }

    /// The whole document as one value; unknown keys are errors if `T` denies them.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Parsed<T> {
        toml::from_str(&self.text).map_err(|error| self.rejected(&error, 0))
    }

    /// An error in a key or in its value.
    pub(crate) fn invalid<T>(&self, key: &str, place: &Spanned<T>, problem: impl Display) -> DocumentError {
        self.invalid_in_line(self.line_of(place.span().start), format!("`{key}`: {problem}"))
    }

    /// An error in a line, from 1.
    pub(crate) fn invalid_in_line(&self, line: usize, problem: impl Display) -> DocumentError {
        DocumentError::Invalid { file: self.path.clone(), line, problem: problem.to_string() }
    }

    /// An error of the TOML library, with the key of its line; at `offset` if the library names no place.
    pub(crate) fn rejected(&self, error: &toml::de::Error, offset: usize) -> DocumentError {
        let offset = error.span().map_or(offset, |span| span.start);
        // A key that is missing at the top level is reported at byte 0: the key of the first line would mislead.
        let key = Some(offset).filter(|offset| *offset > 0).and_then(|offset| self.key_at(offset));
        let key = key.map(|key| format!("`{key}`: ")).unwrap_or_default();
        self.invalid_in_line(self.line_of(offset), format!("{key}{}", error.message().replace('\n', " ")))
    }

    /// The line, from 1, of a byte of the text.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    /// The key of the line at an offset.
    fn key_at(&self, offset: usize) -> Option<&str> {
        let line = self.text.lines().nth(self.line_of(offset) - 1)?;
        let (key, _) = line.split_once('=')?;
        let key = key.trim();
        (!key.is_empty()).then_some(key)
    }
}
