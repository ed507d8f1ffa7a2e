//! A service as a real process: started, waited for until it is ready, told to stop, its log lines read.

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

/// Longer than a service's drain may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running service.
#[derive(Debug)]
pub struct ServiceProcess {
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    notify: UnixDatagram,
    _folder: TempDir,
    log: Vec<Value>,
}

/// A service that has ended.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub status: ExitStatus,
    /// Every line that it logged.
    pub log: Vec<Value>,
}

impl ServiceProcess {
    /// Starts a program with nothing in its environment but these variables and a notify socket.
    ///
    /// # Panics
    ///
    /// When the program cannot be started.
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
        let stdout = child.stdout.take().expect("it was asked for");
        Self { child, stdout: BufReader::new(stdout).lines(), notify, _folder: folder, log: Vec::new() }
    }

    /// Waits until the service says that it is ready.
    ///
    /// # Panics
    ///
    /// When it does not, in good time.
    pub async fn ready(&mut self) {
        self.notified("READY=1").await;
    }

    /// Waits until the service notifies this.
    ///
    /// # Panics
    ///
    /// When it does not, in good time.
    pub async fn notified(&mut self, expected: &str) {
        let notified = timeout(PATIENCE, async {
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

    /// Waits for a log line with this message, and gives it.
    ///
    /// # Panics
    ///
    /// When there is none in good time.
    pub async fn logged(&mut self, message: &str) -> Value {
        timeout(PATIENCE, async {
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

    /// A log line that has been read already.
    ///
    /// # Panics
    ///
    /// When there is none with this message.
    #[must_use]
    pub fn log_line(&self, message: &str) -> &Value {
        self.log.iter().find(|line| line["message"] == message).expect("the line was waited for")
    }

    /// Where the service listens: `address` or `admin` of its first log line about itself.
    pub async fn address(&mut self, listener: &str) -> SocketAddr {
        let line = self.logged("serving").await;
        line[listener].as_str().and_then(|address| address.parse().ok()).expect("the line names the address")
    }

    /// Sends SIGTERM.
    ///
    /// # Panics
    ///
    /// When the process is already gone.
    pub fn terminate(&self) {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok()).expect("the process runs");
        kill(Pid::from_raw(id), Signal::SIGTERM).expect("a child of ours can be told to stop");
    }

    /// Waits for the end.
    ///
    /// # Panics
    ///
    /// When it does not come in good time.
    pub async fn ended(mut self) -> Ended {
        timeout(PATIENCE, async {
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
