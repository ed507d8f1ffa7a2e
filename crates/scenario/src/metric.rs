//! Metrics that Prometheus must show.

use serde::{Deserialize, Serialize};

use crate::document::DocumentError;
use crate::names::Names;
use crate::table::Table;

/// What Prometheus must show once the metrics have settled.
#[derive(Debug, Clone)]
pub struct Metric {
    /// What it means.
    pub caption: String,
    /// Behaviors that it covers.
    pub covers: Vec<String>,
    /// The query; its sample values are added up.
    pub query: String,
    /// What must be true of the value.
    pub expected: Amount,
}

/// What must be true of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// It grew by exactly this since the baseline.
    Increase(f64),
    /// It is exactly this.
    Equals(f64),
    /// It is this or more.
    AtLeast(f64),
}

impl Metric {
    /// Reads one `[[metric]]`.
    pub(crate) fn read(mut table: Table<'_>, names: &Names<'_>) -> Result<Self, DocumentError> {
        table.only(&["caption", "covers", "query", "increase", "equals", "at_least"], &[])?;
        let caption: String = table.require("caption")?;
        let expected = match (table.take("increase")?, table.take("equals")?, table.take("at_least")?) {
            (Some(amount), None, None) => Amount::Increase(amount),
            (None, Some(amount), None) => Amount::Equals(amount),
            (None, None, Some(amount)) => Amount::AtLeast(amount),
            _ => {
                let message = format!("metric `{caption}`: needs one of `increase`, `equals`, `at_least`");
                return Err(names.wrong(table.at(), message));
            }
        };
        Ok(Self { caption, covers: table.take_or_default("covers")?, query: table.require("query")?, expected })
    }
}
