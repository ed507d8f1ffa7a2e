//! Somebody else runs the parts, and does with them what we ask for: the test script of a VM test.
//!
//! A question is the file `ask.json` in a folder that both know.  Whoever answers does what it says, writes what there is to say
//! into `answer` beside it, and removes the question.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::Control;
use ledger::shutdown_report::ShutdownReport;

/// How long an answer may take: a unit may stop and start slowly on an emulated machine.
const ANSWERED_WITHIN: Duration = Duration::from_secs(300);

/// The folder of questions and answers.
#[derive(Debug)]
pub struct Asking {
    folder: PathBuf,
}

impl Asking {
    /// Asks in a folder, which is made if it is not there; what an earlier check left in it is removed.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder).with_context(|| format!("--control {}", folder.display()))?;
        let asking = Self { folder };
        asking.remove("ask.json")?;
        Ok(asking)
    }

    /// Asks, and waits until the question is gone.
    async fn ask(&self, question: Value) -> Result<String> {
        self.remove("answer")?;
        let (draft, file) = (self.folder.join("ask.draft"), self.folder.join("ask.json"));
        fs::write(&draft, question.to_string()).with_context(|| format!("writing {}", draft.display()))?;
        // Whoever waits for the question finds it whole.
        fs::rename(&draft, &file).with_context(|| format!("writing {}", file.display()))?;
        let asked = Instant::now();
        let mut ticks = interval(Duration::from_millis(20));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while file.exists() {
            ensure!(asked.elapsed() < ANSWERED_WITHIN, "nobody answered {question} in {}", self.folder.display());
            ticks.tick().await;
        }
        Ok(fs::read_to_string(self.folder.join("answer")).unwrap_or_default())
    }

    fn remove(&self, name: &str) -> Result<()> {
        let file = self.folder.join(name);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("removing {}", file.display()))
            }
            _ => Ok(()),
        }
    }
}

impl Control for Asking {
    fn is_able(&self) -> bool {
        true
    }

    async fn begins(&mut self, caption: &str) -> Result<()> {
        self.ask(json!({ "do": "step", "caption": caption })).await.map(drop)
    }

    async fn stop(&mut self, part: &str) -> Result<Option<ShutdownReport>> {
        let answer = self.ask(json!({ "do": "stop", "part": part })).await?;
        Ok(ShutdownReport::from_log(&answer.lines().map(str::to_owned).collect::<Vec<_>>()))
    }

    async fn start(&mut self, part: &str) -> Result<()> {
        self.ask(json!({ "do": "start", "part": part })).await.map(drop)
    }

    async fn kill(&mut self, part: &str) -> Result<()> {
        self.ask(json!({ "do": "kill", "part": part })).await.map(drop)
    }

    async fn write(&mut self, part: &str, file: &str, text: &str) -> Result<()> {
        self.ask(json!({ "do": "write", "part": part, "file": file, "text": text })).await.map(drop)
    }

    async fn hold(&mut self, part: &str, how_long: Duration) -> Result<()> {
        self.ask(json!({ "do": "hold", "part": part, "ms": how_long.as_millis() })).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers one question, and says what it was.
    async fn answer(folder: PathBuf, words: &'static str) -> Value {
        let file = folder.join("ask.json");
        let mut ticks = interval(Duration::from_millis(5));
        while !file.exists() {
            ticks.tick().await;
        }
        let question = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        fs::write(folder.join("answer"), words).unwrap();
        fs::remove_file(file).unwrap();
        question
    }

    #[tokio::test]
    async fn a_stop_is_asked_for_and_the_answer_has_the_shutdown_report() {
        let folder = tempfile::tempdir().unwrap();
        let mut asking = Asking::new(folder.path().to_owned()).unwrap();
        let words = concat!(
            r#"{"event":"shutdown_report","flushed":true,"started":2,"unsampled":0,"#,
            r#""ended":2,"processed":2,"dropped":0,"exported":2,"failed":0}"#
        );
        let answered = tokio::spawn(answer(folder.path().to_owned(), words));
        let service = asking.stop("users").await.unwrap().unwrap();
        assert_eq!(service.exported, 2);
        assert_eq!(answered.await.unwrap(), json!({ "do": "stop", "part": "users" }));
    }

    #[tokio::test]
    async fn an_answer_without_words_leaves_no_old_ones() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("answer"), r#"{"event":"shutdown_report"}"#).unwrap();
        let mut asking = Asking::new(folder.path().to_owned()).unwrap();
        let answered = tokio::spawn(answer(folder.path().to_owned(), ""));
        assert_eq!(asking.stop("redis").await.unwrap(), None);
        answered.await.unwrap();
    }
}
