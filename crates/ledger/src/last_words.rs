//! The last words of a service: what it had counted when everything was flushed.

use serde::Deserialize;

use crate::counts::Service;

/// The last line of a service's log: what it counted when everything was flushed.
#[must_use]
pub fn last_words(lines: &[String]) -> Option<Service> {
    #[derive(Deserialize)]
    struct Words {
        message: String,
        #[serde(default)]
        started: u64,
        #[serde(default)]
        ended: u64,
        #[serde(default)]
        processed: u64,
        #[serde(default)]
        dropped: u64,
        #[serde(default)]
        exported: u64,
        #[serde(default)]
        failed: u64,
    }
    let words = lines.iter().rev().find_map(|line| {
        let words: Words = serde_json::from_str(line).ok()?;
        (words.message == "telemetry flushed").then_some(words)
    })?;
    let counted = |count: u64, reason: &str| (count > 0).then(|| (reason.to_owned(), count)).into_iter().collect();
    Some(Service {
        started: words.started,
        ended: words.ended,
        processed: words.processed,
        dropped: counted(words.dropped, "dropped before the end"),
        exported: words.exported,
        failed: counted(words.failed, "before the end"),
        ..Service::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_of_a_service_are_its_final_counts() {
        let lines = [
            r#"{"message":"serving"}"#.to_owned(),
            r#"{"message":"telemetry flushed","started":5,"ended":4,"processed":4,"dropped":0,"exported":3,"failed":1}"#.to_owned(),
            "not JSON".to_owned(),
        ];
        let words = last_words(&lines).unwrap();
        assert_eq!((words.ended, words.exported, words.failed()), (4, 3, 1));
        assert_eq!(last_words(&lines[..1]), None);
    }
}
