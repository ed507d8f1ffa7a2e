//! The shutdown report of a service: what it had counted when all its spans were flushed.

use serde::Deserialize;
use service_contract::SHUTDOWN_REPORT;

/// The final counts of a service, from the last line of its log. It has no reasons.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct ShutdownReport {
    /// Spans that were started, whether or not they were recorded.
    pub started: u64,
    /// Spans that were started and not recorded, by the sampler's decision.
    #[serde(rename = "unsampled")]
    pub non_recording: u64,
    /// Recorded spans that ended.
    pub ended: u64,
    /// Ended spans that the batch processor accepted.
    pub processed: u64,
    /// Ended spans that it dropped.
    pub dropped: u64,
    /// Spans whose export succeeded.
    pub exported: u64,
    /// Spans whose export failed.
    pub failed: u64,
}

/// How a log line with a report is recognized.
#[derive(Deserialize)]
struct Line {
    event: String,
    flushed: bool,
    #[serde(flatten)]
    report: ShutdownReport,
}

impl ShutdownReport {
    /// The last report in the lines of a log; none if the flush was cut off, because its counts are not final.
    #[must_use]
    pub fn from_log(lines: &[String]) -> Option<Self> {
        let read = |line: &String| serde_json::from_str(line).ok().filter(|line: &Line| line.event == SHUTDOWN_REPORT);
        lines.iter().rev().find_map(read).filter(|line| line.flushed).map(|line| line.report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(event: &str, flushed: bool) -> String {
        format!(
            r#"{{"event":"{event}","flushed":{flushed},"started":8,"unsampled":3,"live":1,"ended":4,"processed":4,"dropped":0,"exported":3,"failed":1,"message":"?"}}"#
        )
    }

    #[test]
    fn the_last_report_of_a_log_is_read_by_its_fields_and_not_by_its_message() {
        let line = |text: &str| text.to_owned();
        let lines = [line(r#"{"message":"serving"}"#), report(SHUTDOWN_REPORT, true), line("not JSON")];
        let read = ShutdownReport::from_log(&lines).unwrap();
        assert_eq!((read.started, read.non_recording, read.ended, read.exported, read.failed), (8, 3, 4, 3, 1));
        assert_eq!(ShutdownReport::from_log(&lines[..1]), None);
        assert_eq!(ShutdownReport::from_log(&[report("another", true)]), None);
    }

    #[test]
    fn a_report_that_is_not_final_or_lacks_a_count_is_none() {
        assert_eq!(ShutdownReport::from_log(&[report(SHUTDOWN_REPORT, false)]), None);
        let short = report(SHUTDOWN_REPORT, true).replace("unsampled", "renamed");
        assert_eq!(ShutdownReport::from_log(&[short]), None);
    }
}
