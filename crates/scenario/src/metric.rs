//! Metrics that Prometheus must show.

use serde::{Deserialize, Serialize};

use crate::document::Parsed;
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
    pub(crate) fn read(table: &mut Table<'_>) -> Parsed<Self> {
        let (caption, covers, query) =
            (table.require("caption")?, table.take_or_default("covers")?, table.require("query")?);
        let amounts = (table.take("increase")?, table.take("equals")?, table.take("at_least")?);
        table.reject_unread()?;
        let expected = match amounts {
            (Some(amount), None, None) => Amount::Increase(amount),
            (None, Some(amount), None) => Amount::Equals(amount),
            (None, None, Some(amount)) => Amount::AtLeast(amount),
            _ => {
                let problem = "expected exactly one of `increase`, `equals` and `at_least`";
                return Err(table.invalid(format!("metric `{caption}`: {problem}")));
            }
        };
        Ok(Self { caption, covers, query, expected })
    }
}
