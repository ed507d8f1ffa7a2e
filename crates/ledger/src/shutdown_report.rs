//! The shutdown report of a service: what it had counted when everything was flushed.

use serde::Deserialize;

/// The last line of a service's log: what it counted when everything was flushed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct ShutdownReport {
    message: String,
    /// Spans that were started, whether or not they were recorded.
    #[serde(default)]
    pub started: u64,
    /// Recorded spans that ended.
    #[serde(default)]
    pub ended: u64,
    /// Ended spans that the batch processor took.
    #[serde(default)]
    pub processed: u64,
    /// Ended spans that it did not take.
    #[serde(default)]
    pub dropped: u64,
    /// Spans whose export succeeded.
    #[serde(default)]
    pub exported: u64,
    /// Spans whose export failed.
    #[serde(default)]
    pub failed: u64,
}

impl ShutdownReport {
    /// The last report in the lines of a log.
    #[must_use]
    pub fn from_log(lines: &[String]) -> Option<Self> {
        lines.iter().rev().find_map(|line| {
            let report: Self = serde_json::from_str(line).ok()?;
            (report.message == "telemetry flushed").then_some(report)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_report_of_a_log_is_read() {
        let lines = [
            r#"{"message":"serving"}"#.to_owned(),
            r#"{"message":"telemetry flushed","started":5,"ended":4,"processed":4,"dropped":0,"exported":3,"failed":1}"#.to_owned(),
            "not JSON".to_owned(),
        ];
        let report = ShutdownReport::from_log(&lines).unwrap();
        assert_eq!((report.ended, report.exported, report.failed), (4, 3, 1));
        assert_eq!(ShutdownReport::from_log(&lines[..1]), None);
    }
}
