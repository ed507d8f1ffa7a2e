//! One thing that is wrong with a step, a trace or a metric, as data and as a message.

use std::fmt;

use serde::{Deserialize, Serialize};
use trace_assert::TraceId;

use crate::problem::Problem;

/// A problem, and the trace that has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What is wrong.
    #[serde(flatten)]
    pub problem: Problem,
    /// The trace that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<TraceId>,
}

impl Finding {
    /// A problem of a trace.
    #[must_use]
    pub fn about(trace_id: TraceId, problem: Problem) -> Self {
        Self { problem, trace_id: Some(trace_id) }
    }
}

impl From<Problem> for Finding {
    fn from(problem: Problem) -> Self {
        Self { problem, trace_id: None }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(trace_id) = self.trace_id {
            write!(f, "trace {trace_id}: ")?;
        }
        self.problem.fmt(f)
    }
}

/// Serializes findings with their messages beside their fields, under the key `text`.
///
/// # Errors
/// Those of the serializer.
pub(crate) fn with_text<T: Serialize + fmt::Display, S: serde::Serializer>(
    findings: &[T],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct WithText<'a, T> {
        #[serde(flatten)]
        finding: &'a T,
        text: String,
    }
    serializer.collect_seq(findings.iter().map(|finding| WithText { finding, text: finding.to_string() }))
}
