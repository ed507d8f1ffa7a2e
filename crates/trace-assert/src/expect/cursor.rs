//! A read position in one line of text, and the tokens that can be read there.

use serde_json::{Deserializer, Value as Json};

use super::error::ParseError;
use crate::model::is_bare;

/// A read position in one line of text.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    /// The offset in bytes.
    at: usize,
    /// The line number, counted from 1.
    number: usize,
}

impl<'a> Cursor<'a> {
    /// Creates a cursor at the start of line `number`.
    pub(super) fn new(text: &'a str, number: usize) -> Self {
        Self { text, at: 0, number }
    }

    /// Returns the text from the current position to the end of the line.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Creates an error at the current position.
    pub(super) fn error(&self, message: impl Into<String>) -> ParseError {
        self.error_at(self.at, message)
    }

    /// Returns the current offset in bytes, for [`error_at`](Self::error_at).
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Creates an error at the byte offset `at`; its column counts characters.
    pub(super) fn error_at(&self, at: usize, message: impl Into<String>) -> ParseError {
        let column = self.text[..at].chars().count() + 1;
        ParseError { line: self.number, column, message: message.into() }
    }

    /// Describes the next word for an error message, shortened to 40 characters.
    pub(super) fn got(&self) -> String {
        match self.rest().split_whitespace().next() {
            Some(word) if word.chars().count() > 40 => {
                format!("`{}…`", word.chars().take(40).collect::<String>())
            }
            Some(word) => format!("`{word}`"),
            None => "the end of the line".to_owned(),
        }
    }

    /// Skips spaces and tabs, and returns whether there were any.
    pub(super) fn spaces(&mut self) -> bool {
        let rest = self.rest();
        let trimmed = rest.trim_start_matches([' ', '\t']);
        self.at += rest.len() - trimmed.len();
        rest.len() > trimmed.len()
    }

    /// Returns whether only a comment or nothing is left.
    pub(super) fn at_end(&self) -> bool {
        self.rest().is_empty() || self.rest().starts_with('#')
    }

    /// Skips `token` if the rest of the line starts with it, and returns whether it did.
    pub(super) fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Skips `word` if the next bare word is exactly `word`, and returns whether it was.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        self.peek_word() == word && self.followed_by_space(word.len()) && self.take(word)
    }

    fn followed_by_space(&self, length: usize) -> bool {
        self.rest()[length..].chars().next().is_none_or(|next| next == ' ' || next == '\t')
    }

    /// Returns the bare word at the current position; it is empty if there is none.
    pub(super) fn peek_word(&self) -> &'a str {
        let rest = self.rest();
        &rest[..rest.find(|character| !is_bare(character)).unwrap_or(rest.len())]
    }

    /// Reads a bare word; `what` describes it in the error message.
    pub(super) fn word(&mut self, what: &str) -> Result<&'a str, ParseError> {
        let word = self.peek_word();
        if word.is_empty() {
            return Err(self.error(format!("expected {what}, got {}", self.got())));
        }
        self.at += word.len();
        Ok(word)
    }

    /// Reads a JSON string; `what` describes it in the error message.
    pub(super) fn string(&mut self, what: &str) -> Result<String, ParseError> {
        if !self.rest().starts_with('"') {
            return Err(self.error(format!("expected {what} in double quotes, got {}", self.got())));
        }
        match self.json(what)? {
            Json::String(text) => Ok(text),
            _ => Err(self.error(format!("expected {what} in double quotes"))),
        }
    }

    /// Reads a bare word or a JSON string; `what` describes it in the error message.
    pub(super) fn word_or_string(&mut self, what: &str) -> Result<String, ParseError> {
        if self.rest().starts_with('"') { self.string(what) } else { self.word(what).map(str::to_owned) }
    }

    /// Reads one JSON value; `what` describes it in the error message.
    pub(super) fn json(&mut self, what: &str) -> Result<Json, ParseError> {
        let mut values = Deserializer::from_str(self.rest()).into_iter::<Json>();
        match values.next() {
            Some(Ok(value)) => {
                self.at += values.byte_offset();
                Ok(value)
            }
            Some(Err(error)) => {
                let reason = error.to_string();
                let reason = reason.split(" at line ").next().unwrap_or_default();
                Err(self.error(format!("expected {what} as JSON, got {} ({reason})", self.got())))
            }
            None => Err(self.error(format!("expected {what} as JSON, got the end of the line"))),
        }
    }
}
