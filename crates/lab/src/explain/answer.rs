//! The evidence as one readable answer: a verdict, the facts with their sources, and what is only inferred from them.

use serde::Serialize;

use verify::explain::{Evidence, TraceVerdict};

use super::facts;
use super::inferred::inferred;
use super::sentence::sentence;

/// What became of one trace.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Answer {
    /// The trace.
    pub trace_id: String,
    /// What became of it.
    pub verdict: TraceVerdict,
    /// The same in a sentence.
    pub sentence: String,
    /// What can be shown, in the order in which a span travels.
    pub facts: Vec<Fact>,
    /// What follows from the facts, and is written down nowhere.
    pub inferred: Vec<String>,
}

/// One thing that can be shown.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Fact {
    /// `step`, `recorded`, `sampled`, `sampler`, `unwanted`, `gateway` (or another collector), `stored`, `missing`, `refuted`.
    pub of: String,
    /// What is known.
    pub says: String,
    /// The source of the fact.
    pub source: String,
}

impl Answer {
    /// What the evidence amounts to.
    #[must_use]
    pub fn to(evidence: &Evidence) -> Self {
        let verdict = TraceVerdict::new(evidence);
        Self {
            trace_id: evidence.id.to_string(),
            verdict,
            sentence: sentence(evidence, verdict),
            facts: facts::of(evidence),
            inferred: inferred(evidence, verdict),
        }
    }
}
