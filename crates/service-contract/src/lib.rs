//! Names that the services write and `lab` reads, each defined once.

/// The value of the field `event` on the log line with a service's final counts.
///
/// The line also has the field `flushed`: `false` if the flush was cut off, so that the counts are not final.
pub const SHUTDOWN_REPORT: &str = "shutdown_report";
