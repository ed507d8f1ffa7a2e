//! Why nothing came back from a step.

use crate::finding::Finding;

/// Why nothing came back from a step.
#[derive(Debug)]
pub(crate) enum StepError {
    /// The step needs a control that can bring its fault about.
    Unsupported,
    /// The step could not be carried out, or its faults could not be undone; why, the first error first.
    Failed(Vec<Finding>),
}
