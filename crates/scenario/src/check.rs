//! What a step must show: its response, its traces, and what the samplers do with them.

use serde_json::Value;
use toml::Spanned;
use trace_assert::Expectation;

use crate::document::Parsed;
use crate::names::Names;
use crate::table::Table;
use crate::tail_sampling_outcome::TailSamplingOutcome;

/// What a step must show.
#[derive(Debug, Clone, Default)]
pub struct Check {
    /// The HTTP status.
    pub status: Option<u16>,
    /// A JSON value that the response must contain; the reply of Redis or of a WebSocket must be equal to it.
    pub answer: Option<Value>,
    /// A text that the response must contain.
    pub contains: Option<String>,
    /// Whether its traces are sampled; when they are not, the store has none of them.
    pub sampled: Option<bool>,
    /// What a tail sampler does with each of its traces, if that is given.
    pub tail_sampling_outcome: Option<TailSamplingOutcome>,
    /// Which share of its traces is stored, by chance; the number may lie in an interval around it.
    pub share: Option<f64>,
    /// How many spans the services start and do not record for each of its traces that is not sampled.
    pub non_recording: Option<u64>,
    /// The tree of each of its traces.
    pub trace: Option<Expectation>,
    /// The tree of each trace that links to one of its spans.
    pub linked: Option<Expectation>,
}

impl Check {
    /// Takes what a step must show.
    pub(crate) fn read(table: &mut Table<'_>, caption: &str, names: &Names<'_>) -> Parsed<Self> {
        let mut tree =
            |key| -> Parsed<_> { table.take(key)?.map(|tree: Spanned<String>| names.tree(key, &tree)).transpose() };
        Ok(Self {
            trace: tree("trace")?,
            linked: tree("linked")?,
            status: table.take("status")?,
            answer: table.take("answer")?,
            contains: table.take("contains")?,
            sampled: table.take("sampled")?,
            tail_sampling_outcome: TailSamplingOutcome::read(table, caption)?,
            share: table.take("share")?.map(|share| probability(&share, names)).transpose()?,
            non_recording: table.take("non_recording")?,
        })
    }
}

fn probability(share: &Spanned<f64>, names: &Names<'_>) -> Parsed<f64> {
    let value = *share.get_ref();
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err(names.document.invalid("share", share, format!("invalid share {value}: expected a number from 0 to 1")))
}
