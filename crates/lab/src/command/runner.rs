//! The runner of native parts, as what a check may stop and start.

use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::Deserialize;

use crate::check::Control;
use crate::ledger::counts::Service;
use crate::native::Native;

/// How many of a service's last lines are searched for its last words.
const LINES: usize = 20;

/// Native parts under control.
#[derive(Debug)]
pub struct Runner<'a>(pub &'a mut Native);

impl Control for Runner<'_> {
    fn is_able(&self) -> bool {
        true
    }

    async fn stop(&mut self, part: &str) -> Result<Option<Service>> {
        let stopped = self.0.stop(part).await?;
        anyhow::ensure!(!stopped.forced, "{part} did not end within its time and had to be killed");
        Ok(last_words(&self.0.log_tail(part, LINES)))
    }

    async fn start(&mut self, part: &str) -> Result<()> {
        self.0.start(part).await?;
        Ok(())
    }

    async fn kill(&mut self, part: &str) -> Result<()> {
        self.0.kill(part).await?;
        Ok(())
    }

    async fn hold(&mut self, part: &str, how_long: Duration) -> Result<()> {
        let pid = self.0.pid(part).with_context(|| format!("{part} does not run"))?;
        let pid = Pid::from_raw(i32::try_from(pid)?);
        kill(pid, Signal::SIGSTOP).with_context(|| format!("holding {part}"))?;
        tokio::spawn(async move {
            // The length of the fault, not a wait for anything.
            tokio::time::sleep(how_long).await;
            // It may have ended meanwhile.
            let _ = kill(pid, Signal::SIGCONT);
        });
        Ok(())
    }
}

/// The last line of a service's log: what it counted when everything was flushed.
fn last_words(lines: &[String]) -> Option<Service> {
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
    let dropped = (words.dropped > 0).then(|| ("dropped before the end".to_owned(), words.dropped));
    Some(Service {
        started: words.started,
        ended: words.ended,
        processed: words.processed,
        dropped: dropped.into_iter().collect(),
        exported: words.exported,
        failed: words.failed,
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
        assert_eq!((words.ended, words.exported, words.failed), (4, 3, 1));
        assert_eq!(last_words(&lines[..1]), None);
    }
}
