//! What happened to one trace, as text: the answer to `lab explain`.
//!
//! # Layout
//! - [`facts`]: what can be shown, each with its source
//! - `sentence`: the verdict as a sentence; `inferred`: what follows from the facts

pub mod facts;
mod inferred;
mod sentence;
#[cfg(test)]
mod tests;

use serde::Serialize;
use verify::explain::{Evidence, TraceVerdict};

use facts::{Fact, facts};
use inferred::inferred;
use sentence::sentence;

/// What happened to one trace.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Answer {
    /// The trace.
    pub trace_id: String,
    /// What happened to it.
    pub verdict: TraceVerdict,
    /// The same as a sentence.
    pub sentence: String,
    /// What can be shown, in the order in which a span travels.
    pub facts: Vec<Fact>,
    /// What follows from the facts, and is recorded nowhere.
    pub inferred: Vec<String>,
}

impl Answer {
    /// What follows from the evidence.
    #[must_use]
    pub fn new(evidence: &Evidence) -> Self {
        let verdict = TraceVerdict::new(evidence);
        Self {
            trace_id: evidence.id.to_string(),
            verdict,
            sentence: sentence(evidence, verdict),
            facts: facts(evidence),
            inferred: inferred(evidence, verdict),
        }
    }

    /// The lines that `lab explain` prints below the trace ID.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!(" {}", self.sentence)];
        for fact in &self.facts {
            lines.extend([format!("   {:<9} {}", fact.subject, fact.text), format!("             [{}]", fact.source)]);
        }
        lines.extend(self.inferred.iter().map(|inferred| format!("   inferred  {inferred}")));
        lines
    }
}
