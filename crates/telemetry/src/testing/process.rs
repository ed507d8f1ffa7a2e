//! Runs a service as a process, waits for readiness and log lines, and stops it.

use std::net::SocketAddr;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::UnixDatagram;
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// The timeout of every wait. It is longer than the drain of a service.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A running service.
#[derive(Debug)]
pub struct ServiceProcess {
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    notify: UnixDatagram,
    _folder: TempDir,
    log: Vec<Value>,
}

/// A service that has exited.
#[derive(Debug)]
pub struct Ended {
    /// The exit status of the process.
    pub status: ExitStatus,
    /// All log lines, as JSON objects.
    pub log: Vec<Value>,
}

impl ServiceProcess {
    /// Starts a program. Its environment contains only `environment` and a `NOTIFY_SOCKET`.
    ///
    /// # Panics
    ///
    /// Panics if the program cannot be started.
    #[must_use]
    pub fn spawn(program: &str, environment: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("there is room for a socket");
        let socket = folder.path().join("notify");
        let notify = UnixDatagram::bind(&socket).expect("the folder is new");
        let mut child = Command::new(program)
            .env_clear()
            .envs(environment.iter().copied())
            .env("NOTIFY_SOCKET", &socket)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program exists");
        let stdout = child.stdout.take().expect("standard output is piped");
        Self { child, stdout: BufReader::new(stdout).lines(), notify, _folder: folder, log: Vec::new() }
    }

    /// Waits until the service notifies `READY=1`.
    ///
    /// # Panics
    ///
    /// Panics if that takes longer than 60 seconds.
    pub async fn ready(&mut self) {
        self.notified("READY=1").await;
    }

    /// Waits until the service notifies `expected`.
    ///
    /// # Panics
    ///
    /// Panics if that takes longer than 60 seconds.
    pub async fn notified(&mut self, expected: &str) {
        let notified = timeout(TIMEOUT, async {
            let mut buffer = [0; 256];
            loop {
                let length = self.notify.recv(&mut buffer).await.expect("the socket is ours");
                if String::from_utf8_lossy(&buffer[..length]).lines().any(|line| line == expected) {
                    return;
                }
            }
        });
        notified.await.unwrap_or_else(|_| panic!("the service did not notify {expected}"));
    }

    /// Waits for a log line with this message, and returns it.
    ///
    /// # Panics
    ///
    /// Panics if that takes longer than 60 seconds, or if the service exits first.
    pub async fn logged(&mut self, message: &str) -> Value {
        timeout(TIMEOUT, async {
            while self.log.last().is_none_or(|line| line["message"] != message) {
                let line = self.stdout.next_line().await.expect("standard output is text");
                let line =
                    line.unwrap_or_else(|| panic!("the service ended without logging {message:?}: {:#?}", self.log));
                self.log.push(serde_json::from_str(&line).unwrap_or_else(|_| panic!("not a JSON log line: {line}")));
            }
            self.log.last().cloned().unwrap_or_default()
        })
        .await
        .unwrap_or_else(|_| panic!("the service did not log {message:?}"))
    }

    /// Returns a log line that has already been read.
    ///
    /// # Panics
    ///
    /// Panics if no line has this message.
    #[must_use]
    pub fn log_line(&self, message: &str) -> &Value {
        self.log.iter().find(|line| line["message"] == message).expect("the line was waited for")
    }

    /// The address of a listener, from the log line `serving`: `listener` is `address` or `admin`.
    pub async fn address(&mut self, listener: &str) -> SocketAddr {
        let line = self.logged("serving").await;
        line[listener].as_str().and_then(|address| address.parse().ok()).expect("the line names the address")
    }

    /// Sends SIGTERM.
    ///
    /// # Panics
    ///
    /// Panics if the process has exited.
    pub fn terminate(&self) {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok()).expect("the process runs");
        kill(Pid::from_raw(id), Signal::SIGTERM).expect("a child of ours can be signaled");
    }

    /// Waits until the process exits, and reads the remaining log lines.
    ///
    /// # Panics
    ///
    /// Panics if that takes longer than 60 seconds.
    pub async fn ended(mut self) -> Ended {
        timeout(TIMEOUT, async {
            while let Some(line) = self.stdout.next_line().await.expect("standard output is text") {
                self.log.push(serde_json::from_str(&line).unwrap_or_else(|_| panic!("not a JSON log line: {line}")));
            }
            let status = self.child.wait().await.expect("a child of ours can be waited for");
            Ended { status, log: self.log }
        })
        .await
        .expect("the service ends in good time")
    }
}
