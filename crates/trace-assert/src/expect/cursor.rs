//! A place in a line of text, and the small things that are read there.

use serde_json::{Deserializer, Value as Json};

use super::ParseError;

/// A place in a line.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    number: usize,
}

/// Whether a character may stand in a bare word.
pub(super) fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || "._-".contains(character)
}

impl<'a> Cursor<'a> {
    /// The start of line `number`.
    pub(super) fn new(text: &'a str, number: usize) -> Self {
        Self { text, at: 0, number }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn error(&self, message: impl Into<String>) -> ParseError {
        self.error_at(self.at, message)
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn error_at(&self, at: usize, message: impl Into<String>) -> ParseError {
        let column = self.text[..at].chars().count() + 1;
        ParseError { line: self.number, column, message: message.into() }
    }

    /// What stands here, for an error message.
    pub(super) fn got(&self) -> String {
        match self.rest().split_whitespace().next() {
            Some(word) if word.chars().count() > 40 => {
                format!("`{}…`", word.chars().take(40).collect::<String>())
            }
            Some(word) => format!("`{word}`"),
            None => "the end of the line".to_owned(),
        }
    }

    /// Skips spaces; answers whether there were any.
    pub(super) fn spaces(&mut self) -> bool {
        let rest = self.rest();
        let trimmed = rest.trim_start_matches([' ', '\t']);
        self.at += rest.len() - trimmed.len();
        rest.len() > trimmed.len()
    }

    /// Whether nothing, or only a comment, is left.
    pub(super) fn at_end(&self) -> bool {
        self.rest().is_empty() || self.rest().starts_with('#')
    }

    /// Skips `token` if it stands here.
    pub(super) fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Skips the bare word `word` if exactly it stands here.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        self.peek_word() == word && self.followed_by_space(word.len()) && self.take(word)
    }

    fn followed_by_space(&self, length: usize) -> bool {
        self.rest()[length..].chars().next().is_none_or(|next| next == ' ' || next == '\t')
    }

    /// The bare word that stands here, perhaps empty.
    pub(super) fn peek_word(&self) -> &'a str {
        let rest = self.rest();
        &rest[..rest.find(|character| !is_word(character)).unwrap_or(rest.len())]
    }

    /// Reads a bare word.
    pub(super) fn word(&mut self, what: &str) -> Result<&'a str, ParseError> {
        let word = self.peek_word();
        if word.is_empty() {
            return Err(self.error(format!("expected {what}, got {}", self.got())));
        }
        self.at += word.len();
        Ok(word)
    }

    /// Reads a JSON string.
    pub(super) fn string(&mut self, what: &str) -> Result<String, ParseError> {
        if !self.rest().starts_with('"') {
            return Err(self.error(format!("expected {what} in double quotes, got {}", self.got())));
        }
        match self.json(what)? {
            Json::String(text) => Ok(text),
            _ => Err(self.error(format!("expected {what} in double quotes"))),
        }
    }

    /// Reads a bare word or a JSON string.
    pub(super) fn word_or_string(&mut self, what: &str) -> Result<String, ParseError> {
        if self.rest().starts_with('"') { self.string(what) } else { self.word(what).map(str::to_owned) }
    }

    /// Reads one JSON value.
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
