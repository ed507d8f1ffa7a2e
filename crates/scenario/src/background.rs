//! Traces that may be stored without a step.

use std::ops::RangeInclusive;

use trace_assert::Expectation;

use crate::document::Parsed;
use crate::names::Names;
use crate::table::Table;

/// Traces that the system makes without a request, such as the refresh of a cache.
#[derive(Debug, Clone)]
pub struct Background {
    /// What it is.
    pub caption: String,
    /// Behaviors that it covers.
    pub covers: Vec<String>,
    /// How many of them there may be.
    pub times: RangeInclusive<usize>,
    /// Its tree.
    pub tree: Expectation,
}

impl Background {
    /// Reads one `[[background]]`.
    pub(crate) fn read(table: &mut Table<'_>, names: &Names<'_>) -> Parsed<Self> {
        let caption: String = table.require("caption")?;
        let times = match (table.take("times")?, table.take("at_least")?) {
            (Some(times), None) => times..=times,
            (None, at_least) => at_least.unwrap_or(0)..=usize::MAX,
            (Some(_), Some(_)) => {
                let problem = "expected `times` or `at_least`, not both";
                return Err(table.invalid(format!("background `{caption}`: {problem}")));
            }
        };
        let tree = names.tree("trace", &table.require("trace")?)?;
        Ok(Self { caption, covers: table.take_or_default("covers")?, times, tree })
    }
}
