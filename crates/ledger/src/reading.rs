//! One reading of the counters of one part.

/// What one part counted, and in which incarnation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading<C> {
    /// The process: `service.instance.id`.
    pub instance: String,
    /// Its counts since it began.
    pub count: C,
}
