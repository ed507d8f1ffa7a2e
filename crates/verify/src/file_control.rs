//! Control by files: another program runs the parts, such as the script of a virtual machine test, and performs the requests.
//!
//! A request is the file `ask.json` in a folder that both know. The other side does what it says, writes its result into
//! `answer` beside it, and removes the request. The requests, by `do`:
//!
//! - `step` (`caption`): a step begins
//! - `stop`, `start`, `kill`, `resume` (`part`): the result of `stop` are the last lines that the part logged
//! - `pause` (`part`, `ms`): stop the part's clock (SIGSTOP), and start it again after `ms` milliseconds; `resume` may come earlier
//! - `read` (`part`, `file`): the result is the text of the file as a JSON string, or `null` if there is no such file
//! - `write` (`part`, `file`, `text`): give the file this text, or remove it if `text` is `null`
//!
//! A request for what is already so, such as a start of a part that runs, does nothing.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::control::Control;
use ledger::shutdown_report::ShutdownReport;

/// How long an answer may take: a unit may stop and start slowly on an emulated machine.
const ANSWERED_WITHIN: Duration = Duration::from_secs(300);

/// The request that is under way.
const REQUEST: &str = "ask.json";

/// The result of the last request.
const RESULT: &str = "answer";

/// The folder of requests and results.
#[derive(Debug)]
pub struct FileControl {
    folder: PathBuf,
}

impl FileControl {
    /// Requests in a folder, which is made if it is not there; what an earlier check left in it is removed.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder).with_context(|| format!("--control {}", folder.display()))?;
        let control = Self { folder };
        control.remove(REQUEST)?;
        Ok(control)
    }

    /// Requests something, and waits until it is done; its result.
    async fn request(&self, request: Value) -> Result<String> {
        let (draft, file) = (self.folder.join("ask.draft"), self.folder.join(REQUEST));
        // An earlier request may have been given up before it was done.
        self.wait_until_done(&request).await?;
        self.remove(RESULT)?;
        fs::write(&draft, request.to_string()).with_context(|| format!("writing {}", draft.display()))?;
        // The reader of the request finds the whole file.
        fs::rename(&draft, &file).with_context(|| format!("writing {}", file.display()))?;
        self.wait_until_done(&request).await?;
        Ok(fs::read_to_string(self.folder.join(RESULT)).unwrap_or_default())
    }

    /// Waits until no request is under way.
    async fn wait_until_done(&self, request: &Value) -> Result<()> {
        let begun = Instant::now();
        let mut ticks = interval(Duration::from_millis(20));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while self.folder.join(REQUEST).exists() {
            ensure!(begun.elapsed() < ANSWERED_WITHIN, "nobody answered {request} in {}", self.folder.display());
            ticks.tick().await;
        }
        Ok(())
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

impl Control for FileControl {
    fn is_able(&self) -> bool {
        true
    }

    fn parts_outlive_the_run(&self) -> bool {
        true
    }

    async fn begins(&mut self, caption: &str) -> Result<()> {
        self.request(json!({ "do": "step", "caption": caption })).await.map(drop)
    }

    async fn stop(&mut self, part: &str) -> Result<Option<ShutdownReport>> {
        let log = self.request(json!({ "do": "stop", "part": part })).await?;
        Ok(ShutdownReport::from_log(&log.lines().map(str::to_owned).collect::<Vec<_>>()))
    }

    async fn start(&mut self, part: &str) -> Result<()> {
        self.request(json!({ "do": "start", "part": part })).await.map(drop)
    }

    async fn kill(&mut self, part: &str) -> Result<()> {
        self.request(json!({ "do": "kill", "part": part })).await.map(drop)
    }

    async fn pause(&mut self, part: &str, duration: Duration) -> Result<()> {
        self.request(json!({ "do": "pause", "part": part, "ms": duration.as_millis() })).await.map(drop)
    }

    async fn resume(&mut self, part: &str) -> Result<()> {
        self.request(json!({ "do": "resume", "part": part })).await.map(drop)
    }

    async fn read(&mut self, part: &str, file: &str) -> Result<Option<String>> {
        let text = self.request(json!({ "do": "read", "part": part, "file": file })).await?;
        serde_json::from_str(&text).with_context(|| {
            let answer = self.folder.join(RESULT);
            format!("{}: expected {file} of {part} as a JSON string, or null", answer.display())
        })
    }

    async fn write(&mut self, part: &str, file: &str, text: Option<&str>) -> Result<()> {
        self.request(json!({ "do": "write", "part": part, "file": file, "text": text })).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Does one request, and says what it was.
    async fn answer(folder: PathBuf, result: &'static str) -> Value {
        let file = folder.join(REQUEST);
        let mut ticks = interval(Duration::from_millis(5));
        while !file.exists() {
            ticks.tick().await;
        }
        let request = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        fs::write(folder.join(RESULT), result).unwrap();
        fs::remove_file(file).unwrap();
        request
    }

    #[tokio::test]
    async fn a_stop_is_requested_and_its_result_has_the_shutdown_report() {
        let folder = tempfile::tempdir().unwrap();
        let mut control = FileControl::new(folder.path().to_owned()).unwrap();
        let words = concat!(
            r#"{"event":"shutdown_report","flushed":true,"started":2,"unsampled":0,"#,
            r#""ended":2,"processed":2,"dropped":0,"exported":2,"failed":0}"#
        );
        let answered = tokio::spawn(answer(folder.path().to_owned(), words));
        let service = control.stop("users").await.unwrap().unwrap();
        assert_eq!(service.exported, 2);
        assert_eq!(answered.await.unwrap(), json!({ "do": "stop", "part": "users" }));
    }

    #[tokio::test]
    async fn a_result_without_words_leaves_no_old_ones() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(RESULT), r#"{"event":"shutdown_report"}"#).unwrap();
        let mut control = FileControl::new(folder.path().to_owned()).unwrap();
        let answered = tokio::spawn(answer(folder.path().to_owned(), ""));
        assert_eq!(control.stop("redis").await.unwrap(), None);
        answered.await.unwrap();
    }

    #[tokio::test]
    async fn a_file_is_read_as_json_and_an_absent_one_is_told_from_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut control = FileControl::new(folder.path().to_owned()).unwrap();
        for (result, text) in [("null", None), (r#""""#, Some(String::new())), (r#""a\nb""#, Some("a\nb".to_owned()))] {
            let answered = tokio::spawn(answer(folder.path().to_owned(), result));
            assert_eq!(control.read("jaeger", "strategies.json").await.unwrap(), text);
            assert_eq!(answered.await.unwrap(), json!({ "do": "read", "part": "jaeger", "file": "strategies.json" }));
        }
        let answered = tokio::spawn(answer(folder.path().to_owned(), ""));
        assert!(control.read("jaeger", "strategies.json").await.is_err(), "nothing is known of the file");
        answered.await.unwrap();
    }

    #[tokio::test]
    async fn a_request_that_was_given_up_is_done_before_the_next_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut control = FileControl::new(folder.path().to_owned()).unwrap();
        let given_up = tokio::time::timeout(Duration::from_millis(50), control.stop("users")).await;
        assert!(given_up.is_err());
        let both = async { (answer(folder.path().to_owned(), "").await, answer(folder.path().to_owned(), "").await) };
        // The next request is made before anybody has seen the first one.
        let done = async { tokio::join!(control.start("users"), both) };
        let (started, (first, second)) = tokio::time::timeout(Duration::from_secs(5), done).await.unwrap();
        started.unwrap();
        assert_eq!((&first["do"], &second["do"]), (&json!("stop"), &json!("start")));
    }
}
