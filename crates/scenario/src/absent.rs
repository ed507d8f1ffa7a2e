//! Spans that no stored trace may have.

use toml::Spanned;
use trace_assert::Pattern;

use crate::document::DocumentError;
use crate::names::Names;
use crate::table::Table;

/// A span that no stored trace may have.
#[derive(Debug, Clone)]
pub struct Absent {
    /// What must not be.
    pub caption: String,
    /// Behaviors that it covers.
    pub covers: Vec<String>,
    /// The span.
    pub span: Pattern,
}

impl Absent {
    /// Reads one `[[absent]]`.
    pub(crate) fn read(mut table: Table<'_>, names: &Names<'_>) -> Result<Self, DocumentError> {
        table.only(&["caption", "covers", "span"], &[])?;
        let span: Spanned<String> = table.require("span")?;
        let wrong = |error| names.wrong(span.span().start, format!("`span`: {error}"));
        Ok(Self {
            caption: table.require("caption")?,
            covers: table.take_or_default("covers")?,
            span: span.get_ref().parse().map_err(|error: trace_assert::ParseError| wrong(error))?,
        })
    }
}
