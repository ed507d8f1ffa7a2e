//! Why a service dropped spans or could not export them.

/// The cause with which a service counts spans that it dropped or could not export.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorType {
    /// The `error.type` of its counter, such as `queue_full` or `timeout`.
    Counted(String),
    /// Unknown: it happened after the last reading, and the shutdown report has no `error.type`.
    AtShutdown,
}
