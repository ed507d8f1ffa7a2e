//! Control by files: another program runs the parts, such as the script of a virtual machine test, and performs the requests.
//!
//! A request is the file `request.json` in a folder that both programs use. The other program performs the request, writes the
//! result to the file `result` beside it, and removes the request. The requests, by `do`:
//!
//! - `step` (`caption`): a step begins
//! - `stop`, `start`, `kill`, `resume` (`part`): the result of `stop` is the end of the part's log
//! - `pause` (`part`, `ms`): pause the part (SIGSTOP), and resume it after `ms` milliseconds; `resume` may come earlier
//! - `read` (`part`, `file`): the result is the text of the file as a JSON string, or `null` if there is no such file
//! - `write` (`part`, `file`, `text`): give the file this text, or remove it if `text` is `null`
//!
//! A request for what is already so, such as a start of a part that runs, does nothing.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use runner::replace_file;
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::control::{Control, Operation};

/// How long a request may take: a unit may stop and start slowly on an emulated machine.
const TIMEOUT: Duration = Duration::from_secs(300);

/// The current request.
const REQUEST: &str = "request.json";

/// The result of the last request.
const RESULT: &str = "result";

/// The folder of requests and results.
#[derive(Debug)]
pub struct FileControl {
    folder: PathBuf,
}

impl FileControl {
    /// Requests in a folder, which is created if it is absent; a request that an earlier check left in it is removed.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder).with_context(|| format!("--control: cannot create {}", folder.display()))?;
        let control = Self { folder };
        control.replace(REQUEST, None)?;
        Ok(control)
    }

    /// Writes a request, and waits until it is performed. Returns its result.
    async fn request(&self, request: &Value) -> Result<String> {
        // An earlier request may have been canceled before it was performed.
        self.wait_until_done(request).await?;
        self.replace(RESULT, None)?;
        self.replace(REQUEST, Some(&request.to_string()))?;
        self.wait_until_done(request).await?;
        Ok(fs::read_to_string(self.folder.join(RESULT)).unwrap_or_default())
    }

    /// Waits until the current request is removed.
    async fn wait_until_done(&self, request: &Value) -> Result<()> {
        let begun = Instant::now();
        let file = self.folder.join(REQUEST);
        let mut ticks = interval(Duration::from_millis(20));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while file.exists() {
            let (file, seconds) = (file.display(), TIMEOUT.as_secs());
            ensure!(begun.elapsed() < TIMEOUT, "{file} was not removed within {seconds} s: cannot request {request}");
            ticks.tick().await;
        }
        Ok(())
    }

    fn replace(&self, name: &str, text: Option<&str>) -> Result<()> {
        let file = self.folder.join(name);
        replace_file(&file, text).with_context(|| format!("cannot replace {}", file.display()))
    }
}

impl Control for FileControl {
    fn parts_outlive_the_run(&self) -> bool {
        true
    }

    async fn step_begins(&mut self, caption: &str) -> Result<()> {
        self.request(&json!({ "do": "step", "caption": caption })).await.map(drop)
    }

    async fn perform(&mut self, part: &str, operation: &Operation) -> Result<Option<String>> {
        let mut request = json!(operation);
        request["part"] = json!(part);
        let result = self.request(&request).await?;
        let Operation::Read { file } = operation else { return Ok(Some(result)) };
        serde_json::from_str(&result).with_context(|| {
            let result_file = self.folder.join(RESULT);
            format!("invalid {}: expected {file} of {part} as a JSON string, or null", result_file.display())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Faults;

    /// Performs one request with this result, and returns the request.
    async fn perform_one(folder: PathBuf, result: &'static str) -> Value {
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
        let log = concat!(
            "some line\n",
            r#"{"event":"shutdown_report","flushed":true,"started":2,"unsampled":0,"#,
            r#""ended":2,"processed":2,"dropped":0,"exported":2,"failed":0}"#
        );
        let performed = tokio::spawn(perform_one(folder.path().to_owned(), log));
        let report = Faults::new(Some(&mut control)).stop("users").await.unwrap().unwrap();
        assert_eq!(report.exported, 2);
        assert_eq!(performed.await.unwrap(), json!({ "do": "stop", "part": "users" }));
    }

    #[tokio::test]
    async fn an_empty_result_replaces_an_earlier_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(RESULT), r#"{"event":"shutdown_report"}"#).unwrap();
        let mut control = FileControl::new(folder.path().to_owned()).unwrap();
        let performed = tokio::spawn(perform_one(folder.path().to_owned(), ""));
        assert_eq!(control.perform("redis", &Operation::Stop).await.unwrap().as_deref(), Some(""));
        performed.await.unwrap();
    }

    #[tokio::test]
    async fn a_file_is_read_as_json_and_an_absent_one_differs_from_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut control = FileControl::new(folder.path().to_owned()).unwrap();
        let read = Operation::Read { file: "strategies.json".to_owned() };
        for (result, text) in [("null", None), (r#""""#, Some(String::new())), (r#""a\nb""#, Some("a\nb".to_owned()))] {
            let performed = tokio::spawn(perform_one(folder.path().to_owned(), result));
            assert_eq!(control.perform("jaeger", &read).await.unwrap(), text);
            assert_eq!(performed.await.unwrap(), json!({ "do": "read", "part": "jaeger", "file": "strategies.json" }));
        }
        let performed = tokio::spawn(perform_one(folder.path().to_owned(), ""));
        assert!(control.perform("jaeger", &read).await.is_err(), "nothing is known of the file");
        performed.await.unwrap();
    }

    #[tokio::test]
    async fn a_request_that_was_given_up_is_done_before_the_next_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut control = FileControl::new(folder.path().to_owned()).unwrap();
        let given_up =
            tokio::time::timeout(Duration::from_millis(50), control.perform("users", &Operation::Stop)).await;
        assert!(given_up.is_err());
        let both = async {
            (perform_one(folder.path().to_owned(), "").await, perform_one(folder.path().to_owned(), "").await)
        };
        // The next request is made before anybody has seen the first one.
        let done = async { tokio::join!(control.perform("users", &Operation::Start), both) };
        let (started, (first, second)) = tokio::time::timeout(Duration::from_secs(5), done).await.unwrap();
        started.unwrap();
        assert_eq!((&first["do"], &second["do"]), (&json!("stop"), &json!("start")));
    }
}
