//! One part through its starts and stops.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use tokio::process::Command;
use tokio::time::timeout;

use super::carriers::RUN_ID;
use super::files;
use super::log::tail;
use super::notify::NotifySocket;
use super::paused::Paused;
use super::plan::{PartPlan, Plan};
use super::process::Process;
use super::ready::{self, NotReady};
use super::start_failure::StartFailure;

/// How many of a part's last lines an error repeats.
const LINES: usize = 12;

/// How long the kernel may take to end a process that was killed.
const KILLED_WITHIN: Duration = Duration::from_secs(5);

/// Why a part is not running.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// Its program could not be started.
    #[error("{part}: {} did not start: {source}", program.display())]
    NotStarted {
        /// The part.
        part: String,
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It ended before it was ready.
    #[error("{part} ended before it was ready ({status}); the end of {}:{}", log.display(), indented(tail))]
    Died {
        /// The part.
        part: String,
        /// How it ended.
        status: ExitStatus,
        /// Its log.
        log: PathBuf,
        /// The last lines of it.
        tail: Vec<String>,
        /// What they say is at fault.
        failure: StartFailure,
    },
    /// It was not ready in time.
    #[error("{part} was not ready within {} s ({waited_for}); the end of {}:{}", within.as_secs(), log.display(), indented(tail))]
    Late {
        /// The part.
        part: String,
        /// What was waited for.
        waited_for: String,
        /// How long.
        within: Duration,
        /// Its log.
        log: PathBuf,
        /// The last lines of it.
        tail: Vec<String>,
    },
    /// Its program refuses its configuration.
    #[error("{part} refuses its configuration ({what}):{}", indented(said))]
    Refused {
        /// The part.
        part: String,
        /// What it refuses: its files, as the program gets them, or its environment.
        what: String,
        /// What it said about them.
        said: Vec<String>,
    },
    /// It does not run, so it cannot be paused.
    #[error("{0} does not run")]
    NotRunning(String),
    /// The plan has no such part.
    #[error("no part `{0}` in this run")]
    Unknown(String),
}

/// How a part was stopped.
#[derive(Debug, Clone)]
pub struct Stopped {
    /// The part.
    pub part: String,
    /// Its exit status; none when it was not running and had never ended.
    pub status: Option<ExitStatus>,
    /// Whether it had to be killed because it did not stop in time.
    pub forced: bool,
    /// How long it took.
    pub took: Duration,
}

/// How long a program may take to judge its configuration.
const VALIDATED_WITHIN: Duration = Duration::from_secs(30);

/// One part of a run.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) plan: PartPlan,
    run_id: String,
    dir: PathBuf,
    process: Option<(Process, NotifySocket)>,
    ended: Option<ExitStatus>,
}

impl Part {
    pub(super) fn new(run: &Plan, plan: PartPlan) -> Self {
        Self { plan, run_id: run.run_id.clone(), dir: run.dir.clone(), process: None, ended: None }
    }

    /// Where its output goes.
    pub(super) fn log(&self) -> PathBuf {
        self.dir.join(format!("{}.log", self.plan.name))
    }

    /// The folder that is its working directory and STATE_DIRECTORY.
    fn state(&self) -> PathBuf {
        state_dir(&self.dir, &self.plan.name)
    }

    /// Starts it and waits until it is ready; says how long that took. A part that runs is left alone.
    pub(super) async fn start(&mut self, http: &reqwest::Client) -> Result<Duration, PartError> {
        let started = Instant::now();
        if self.is_running() {
            return Ok(started.elapsed());
        }
        let (mut process, socket) = self.launch().await.map_err(|source| self.not_started(source))?;
        let ready = ready::wait(&mut process, &self.plan.ready, &socket, http, self.plan.start_within).await;
        match ready.map_err(|source| self.not_started(source))? {
            Ok(()) => {
                self.ended = None;
                self.process = Some((process, socket));
                Ok(started.elapsed())
            }
            Err(reason) => Err(self.not_ready(reason)),
        }
    }

    /// Asks the program whether it accepts its configuration, with the environment that it will have.
    pub(super) async fn validate(&self) -> Result<(), PartError> {
        if !self.plan.validates {
            return Ok(());
        }
        let mut command = self.command().map_err(|source| self.not_started(source))?;
        command.arg("validate").args(&self.plan.args).stdin(Stdio::null()).kill_on_drop(true);
        let answer = timeout(VALIDATED_WITHIN, command.output()).await;
        let answer = answer.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        let answer = answer.map_err(|source| self.not_started(source))?;
        if answer.status.success() {
            return Ok(());
        }
        let files: Vec<&str> = self.plan.args.iter().filter_map(|argument| argument.strip_prefix("file:")).collect();
        let said = String::from_utf8_lossy(&answer.stderr).lines().map(str::to_owned).collect();
        Err(PartError::Refused { part: self.plan.name.clone(), what: files.join(", "), said })
    }

    async fn launch(&self) -> io::Result<(Process, NotifySocket)> {
        let socket = NotifySocket::bind(&self.dir, &self.plan.name)?;
        let mut command = self.command()?;
        command.args(&self.plan.args).env("NOTIFY_SOCKET", socket.path());
        Ok((Process::start(&mut command, &self.log()).await?, socket))
    }

    /// Its program in its folder and its environment, without arguments.
    fn command(&self) -> io::Result<Command> {
        let state = self.state();
        std::fs::create_dir_all(&state)?;
        files::put(&state, &self.plan.files)?;
        let mut command = Command::new(&self.plan.program);
        command.current_dir(&state).env_clear().envs(&self.plan.env);
        command.env(RUN_ID, &self.run_id).env("STATE_DIRECTORY", &state);
        Ok(command)
    }

    fn not_started(&self, source: io::Error) -> PartError {
        PartError::NotStarted { part: self.plan.name.clone(), program: self.plan.program.clone(), source }
    }

    fn not_ready(&self, reason: NotReady) -> PartError {
        let (part, log) = (self.plan.name.clone(), self.log());
        let tail = tail(&log, LINES);
        match reason {
            // It cannot be asked beforehand, as a collector can: it says so when it is started.
            NotReady::Died(status) if status.code().is_some() && status.code() == self.plan.refuses_with => {
                PartError::Refused { part, what: "its environment".to_owned(), said: tail }
            }
            NotReady::Died(status) => {
                // `validate` does not find a fault that a component detects when it starts. A signal is not such a fault.
                let judged = self.plan.validates && status.code().is_some();
                let failure = if judged { StartFailure::from_log(&tail) } else { StartFailure::Unknown };
                PartError::Died { part, status, log, tail, failure }
            }
            NotReady::Late => {
                let waited_for = self.plan.ready.to_string();
                PartError::Late { part, waited_for, within: self.plan.start_within, log, tail }
            }
        }
    }

    /// Its process id, if it runs.
    pub(super) fn pid(&self) -> Option<u32> {
        self.process.as_ref()?.0.pid()
    }

    fn is_running(&mut self) -> bool {
        // A process that has ended is waited for first.
        self.ended();
        self.process.is_some()
    }

    /// How it ended, if it does not run any more.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        if let Some((process, _)) = &mut self.process
            && let Ok(Some(status)) = process.try_wait()
        {
            self.ended = Some(status);
            self.process = None;
        }
        self.ended
    }

    /// SIGTERM; SIGKILL when it has not ended in time. A paused part is resumed, because it handles no signal.
    pub(super) async fn stop(&mut self) -> Stopped {
        self.signal(Signal::SIGTERM);
        self.signal(Signal::SIGCONT);
        self.end_within(self.plan.stop_within).await
    }

    /// SIGKILL.
    pub(super) async fn kill(&mut self) -> Stopped {
        self.signal(Signal::SIGKILL);
        self.end_within(KILLED_WITHIN).await
    }

    async fn end_within(&mut self, within: Duration) -> Stopped {
        let asked = Instant::now();
        let mut forced = false;
        if let Some((process, _socket)) = &mut self.process {
            let ended = timeout(within, process.wait()).await;
            forced = ended.is_err();
            let status = match ended {
                Ok(status) => status.ok(),
                Err(_) => {
                    process.signal(Signal::SIGKILL);
                    timeout(KILLED_WITHIN, process.wait()).await.ok().and_then(Result::ok)
                }
            };
            self.ended = status;
            self.process = None;
        }
        Stopped { part: self.plan.name.clone(), status: self.ended, forced, took: asked.elapsed() }
    }

    /// The text of a file in its state directory; none if there is no such file.
    pub(super) fn read(&self, file: &str) -> io::Result<Option<String>> {
        match std::fs::read_to_string(self.state().join(file)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Gives a file in its state directory another text, or removes the file.
    pub(super) fn write(&self, file: &str, text: Option<&str>) -> io::Result<()> {
        match text {
            Some(text) => files::write(&self.state(), file, text),
            None => match std::fs::remove_file(self.state().join(file)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        }
    }

    /// Pauses it until the time is over or the guard is dropped.
    pub(super) fn pause(&mut self, duration: Duration) -> Result<Paused, PartError> {
        self.ended();
        let (process, _) = self.process.as_ref().ok_or_else(|| PartError::NotRunning(self.plan.name.clone()))?;
        Ok(Paused::new(process.group().clone(), duration))
    }

    /// Sends a signal, if it runs.
    fn signal(&self, signal: Signal) {
        if let Some((process, _)) = &self.process {
            process.signal(signal);
        }
    }
}

/// The state directory of a part of a run.
pub(super) fn state_dir(dir: &Path, part: &str) -> PathBuf {
    dir.join("state").join(part)
}

fn indented(lines: &[String]) -> String {
    if lines.is_empty() {
        " (it is empty)".to_owned()
    } else {
        lines.iter().map(|line| format!("\n    {line}")).collect()
    }
}
