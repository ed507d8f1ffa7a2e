//! Spans that no stored trace may have.

use toml::Spanned;
use trace_assert::Pattern;

use crate::document::Parsed;
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
    pub(crate) fn read(table: &mut Table<'_>, names: &Names<'_>) -> Parsed<Self> {
        let text: Spanned<String> = table.require("span")?;
        let span = text.get_ref().parse();
        Ok(Self {
            caption: table.require("caption")?,
            covers: table.take_or_default("covers")?,
            span: span.map_err(|error: trace_assert::ParseError| names.document.invalid("span", &text, error))?,
        })
    }
}
