//! One table of a TOML file: which keys it may have, and the values that are taken from it one by one.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, ValueDeserializer};

use crate::document::{Document, DocumentError};
use crate::renamed::Renamed;

/// A table from which values are taken.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    document: &'a Document,
    /// The byte at which it begins.
    at: usize,
    /// What has not been taken: key → the byte of the key, and the value.
    rest: BTreeMap<String, (usize, Spanned<DeValue<'a>>)>,
}

impl<'a> Table<'a> {
    /// The whole document.
    ///
    /// # Errors
    /// When it is not TOML.
    pub(crate) fn whole(document: &'a Document) -> Result<Self, DocumentError> {
        let table = DeTable::parse(document.text()).map_err(|error| document.refuse(&error, 0))?;
        Ok(Self::new(document, 0, table.into_inner()))
    }

    fn new(document: &'a Document, at: usize, table: DeTable<'a>) -> Self {
        let entry = |(key, value): (Spanned<DeString<'a>>, _)| (key.get_ref().to_string(), (key.span().start, value));
        Self { document, at, rest: table.into_iter().map(entry).collect() }
    }

    /// Refuses every key but these, and names the new name of an old one; called before any value is taken, so that a misspelled key is named first.
    ///
    /// # Errors
    /// When the table has another key.
    pub(crate) fn only(&self, keys: &[&str], renamed: &Renamed) -> Result<(), DocumentError> {
        let unknown = self.rest.iter().filter(|(key, _)| !keys.contains(&key.as_str()));
        let Some((key, (at, _))) = unknown.min_by_key(|(_, (at, _))| *at) else { return Ok(()) };
        if let Some((_, new)) = renamed.iter().find(|(old, _)| old == key) {
            return Err(self.document.wrong(*at, format!("`{key}`: is now called {new}")));
        }
        let known: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let message = format!("`{key}`: unknown field `{key}`, expected one of {}", known.join(", "));
        Err(self.document.wrong(*at, message))
    }

    /// The byte at which it begins.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The value of a key, if the table has it.
    ///
    /// # Errors
    /// When it has another type.
    pub(crate) fn take<T: Deserialize<'a>>(&mut self, key: &'static str) -> Result<Option<T>, DocumentError> {
        let Some((at, value)) = self.entry(key) else { return Ok(None) };
        let read = T::deserialize(ValueDeserializer::from(value));
        read.map(Some).map_err(|error| self.document.refuse(&error, at))
    }

    /// The value of a key, or the default of its type.
    ///
    /// # Errors
    /// When it has another type.
    pub(crate) fn take_or_default<T: Deserialize<'a> + Default>(
        &mut self,
        key: &'static str,
    ) -> Result<T, DocumentError> {
        Ok(self.take(key)?.unwrap_or_default())
    }

    /// The value of a key that every such table has.
    ///
    /// # Errors
    /// When it is missing, or has another type.
    pub(crate) fn require<T: Deserialize<'a>>(&mut self, key: &'static str) -> Result<T, DocumentError> {
        let found = self.take(key)?;
        found.ok_or_else(|| self.document.wrong(self.at, format!("missing field `{key}`")))
    }

    /// The table below a key, if there is one.
    ///
    /// # Errors
    /// When the value is no table.
    pub(crate) fn table(&mut self, key: &'static str) -> Result<Option<Self>, DocumentError> {
        self.entry(key).map(|(_, value)| self.inner(key, value)).transpose()
    }

    /// The tables of `[[key]]`, in order.
    ///
    /// # Errors
    /// When the value is no list of tables.
    pub(crate) fn tables(&mut self, key: &'static str) -> Result<Vec<Self>, DocumentError> {
        match self.entry(key).map(|(at, value)| (at, value.into_inner())) {
            None => Ok(Vec::new()),
            Some((_, DeValue::Array(list))) => list.into_iter().map(|value| self.inner(key, value)).collect(),
            Some((at, _)) => Err(self.document.wrong(at, format!("`{key}`: not a list of tables ([[{key}]])"))),
        }
    }

    /// What `read` makes of each table of `[[key]]`.
    ///
    /// # Errors
    /// Those of [`Self::tables`] and of `read`.
    pub(crate) fn list<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(Self) -> Result<T, DocumentError>,
    ) -> Result<Vec<T>, DocumentError> {
        self.tables(key)?.into_iter().map(read).collect()
    }

    fn entry(&mut self, key: &'static str) -> Option<(usize, Spanned<DeValue<'a>>)> {
        self.rest.remove(key)
    }

    fn inner(&self, key: &str, value: Spanned<DeValue<'a>>) -> Result<Self, DocumentError> {
        let at = value.span().start;
        match value.into_inner() {
            DeValue::Table(table) => Ok(Self::new(self.document, at, table)),
            _ => Err(self.document.wrong(at, format!("`{key}`: not a table"))),
        }
    }
}
