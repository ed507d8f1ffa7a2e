//! One table of a TOML file: the values are taken from it key by key, and a key that is never taken is an error.

use std::fmt::Display;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, ValueDeserializer};

use crate::document::{Document, DocumentError, Parsed};

/// The most edits that make a misspelled key of a required one.
const MISSPELLED: usize = 2;

/// Former names of keys, and what to write instead.
const RENAMED: [(&str, &str); 10] = [
    ("teaches", "`summary`"),
    ("without", "`stopped`"),
    ("hold", "`pause`"),
    ("unrecorded", "`non_recording`"),
    ("kept_by", "`sampled_by`"),
    ("refused_by", "`dropped_by`"),
    ("kept", "`dropped`, with the opposite value"),
    ("fails", "`expect_failure`"),
    ("says", "`output_matches`"),
    ("refused", "`rejected_by`"),
];

/// A table from which values are taken.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    document: &'a Document,
    /// The byte at which it begins.
    at: usize,
    /// What has not been taken.
    unread: DeTable<'a>,
    /// The keys that have been looked up, whether the table has them or not: no other is valid.
    valid: Vec<&'static str>,
}

impl<'a> Table<'a> {
    /// The whole document.
    pub(crate) fn whole(document: &'a Document) -> Parsed<Self> {
        let table = DeTable::parse(&document.text).map_err(|error| document.rejected(&error, 0))?;
        Ok(Self { document, at: 0, unread: table.into_inner(), valid: Vec::new() })
    }

    /// What `read` makes of the table, if it takes every key.
    pub(crate) fn read<T>(mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let value = read(&mut self)?;
        self.reject_unread()?;
        Ok(value)
    }

    /// What `read` makes of each of several tables.
    pub(crate) fn read_all<T>(tables: Vec<Self>, read: impl Fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        tables.into_iter().map(|table| table.read(&read)).collect()
    }

    /// Rejects the keys that have not been taken. Where a misspelled key would lead to a second error, this comes before
    /// the check that would report it.
    pub(crate) fn reject_unread(&self) -> Parsed<()> {
        let Some(first) = self.unread.keys().min_by_key(|key| key.span().start) else { return Ok(()) };
        let mut valid = self.valid.clone();
        valid.sort_unstable();
        Err(self.unknown(first, &format!("one of `{}`", valid.join("`, `"))))
    }

    fn unknown(&self, key: &Spanned<DeString<'a>>, expected: &str) -> DocumentError {
        let unknown = || format!("unknown key, expected {expected}");
        let problem = renamed(key.get_ref()).map_or_else(unknown, |new| format!("this key is now called {new}"));
        self.document.invalid(key.get_ref(), key, problem)
    }

    /// The line at which it begins.
    pub(crate) fn line(&self) -> usize {
        self.document.line_of(self.at)
    }

    /// An error in the table as a whole.
    pub(crate) fn invalid(&self, problem: impl Display) -> DocumentError {
        self.document.invalid_in_line(self.line(), problem)
    }

    /// The value of a key as it is, if the table has it and it has this type; it remains to be taken.
    pub(crate) fn peek<T: Deserialize<'a>>(&self, key: &str) -> Option<T> {
        T::deserialize(ValueDeserializer::from(self.unread.get(key)?.clone())).ok()
    }

    /// The value of a key, if the table has it.
    pub(crate) fn take<T: Deserialize<'a>>(&mut self, key: &'static str) -> Parsed<Option<T>> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let at = value.span().start;
        let read = T::deserialize(ValueDeserializer::from(value));
        read.map(Some).map_err(|error| self.document.rejected(&error, at))
    }

    /// The value of a key, or the default of its type.
    pub(crate) fn take_or_default<T: Deserialize<'a> + Default>(&mut self, key: &'static str) -> Parsed<T> {
        Ok(self.take(key)?.unwrap_or_default())
    }

    /// The value of a key that every such table has.
    pub(crate) fn require<T: Deserialize<'a>>(&mut self, key: &'static str) -> Parsed<T> {
        self.take(key)?.ok_or_else(|| self.missing(key))
    }

    /// The error for a key that is missing, or that is there under a former or a misspelled name.
    fn missing(&self, key: &str) -> DocumentError {
        let quoted = format!("`{key}`");
        let is_meant = |unread: &str| {
            renamed(unread) == Some(quoted.as_str()) || strsim::damerau_levenshtein(unread, key) <= MISSPELLED
        };
        let meant = self.unread.keys().find(|unread| is_meant(unread.get_ref()));
        meant.map_or_else(|| self.invalid(format!("missing key {quoted}")), |meant| self.unknown(meant, &quoted))
    }

    /// What `read` makes of the table below a key, if there is one.
    pub(crate) fn table<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> Parsed<Option<T>> {
        self.value(key).map(|value| self.inner(key, &value)?.read(read)).transpose()
    }

    /// The tables of `[[key]]`, in order.
    pub(crate) fn tables(&mut self, key: &'static str) -> Parsed<Vec<Self>> {
        let Some(value) = self.value(key) else { return Ok(Vec::new()) };
        let DeValue::Array(list) = value.get_ref() else {
            return Err(self.document.invalid(key, &value, format!("expected a list of tables ([[{key}]])")));
        };
        list.iter().map(|value| self.inner(key, value)).collect()
    }

    fn value(&mut self, key: &'static str) -> Option<Spanned<DeValue<'a>>> {
        self.valid.push(key);
        self.unread.remove(key)
    }

    fn inner(&self, key: &str, value: &Spanned<DeValue<'a>>) -> Parsed<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            return Err(self.document.invalid(key, value, "expected a table"));
        };
        Ok(Self { document: self.document, at: value.span().start, unread: table.clone(), valid: Vec::new() })
    }
}

/// What a former key is called now.
fn renamed(key: &str) -> Option<&'static str> {
    RENAMED.iter().find(|(old, _)| *old == key).map(|(_, new)| *new)
}
