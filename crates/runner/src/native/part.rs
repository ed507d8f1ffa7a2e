//! One part through its starts and stops.

use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use tokio::process::Command;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::config_error::is_config_error;
use super::log_tail::LogTail;
use super::notify::NotifySocket;
use super::part_error::PartError;
use super::paused::Paused;
use super::plan::{PartPlan, Plan};
use super::process::Process;
use super::run_processes::RUN_ID;
use super::state_directory::StateDirectory;
use crate::programs::{Rejection, state_directory};

/// How many of the last lines of a log an error repeats.
const LINES: usize = 12;

/// How long a program may take to validate its configuration.
const VALIDATED_WITHIN: Duration = Duration::from_secs(30);

/// How often a health page is requested.
const POLL: Duration = Duration::from_millis(20);

/// How long one response of a health page may take.
const RESPONSE_WITHIN: Duration = Duration::from_secs(2);

/// How long the kernel may take to end a process that was killed.
const KILLED_WITHIN: Duration = Duration::from_secs(5);

/// One part of a run. Dropping it kills its processes.
#[derive(Debug)]
pub struct Part {
    pub(super) plan: PartPlan,
    run_id: String,
    dir: PathBuf,
    state: StateDirectory,
    http: reqwest::Client,
    process: Option<(Process, NotifySocket)>,
    ended: Option<ExitStatus>,
}

/// How a part was stopped.
#[derive(Debug, Clone)]
pub struct Stopped {
    /// The part.
    pub part: String,
    /// Its exit status, unless it has never run.
    pub status: Option<ExitStatus>,
    /// Whether it had to be killed because it did not stop in time.
    pub forced: bool,
}

impl Part {
    pub(super) fn new(run: &Plan, plan: PartPlan, http: reqwest::Client) -> Self {
        let state = StateDirectory { path: state_directory(&run.dir, &plan.name) };
        Self { plan, run_id: run.run_id.clone(), dir: run.dir.clone(), state, http, process: None, ended: None }
    }

    /// The process ID, if it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref()?.0.pid()
    }

    /// Its state directory.
    #[must_use]
    pub fn state(&self) -> &StateDirectory {
        &self.state
    }

    /// The last lines of its log, over all its starts.
    #[must_use]
    pub fn log_tail(&self, lines: usize) -> LogTail {
        LogTail::read(&self.log(), lines)
    }

    fn log(&self) -> PathBuf {
        self.dir.join(format!("{}.log", self.plan.name))
    }

    /// Starts it, waits until it is ready, and returns how long that took. Does nothing if it runs.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn start(&mut self) -> Result<Duration, PartError> {
        let begun = Instant::now();
        self.ended();
        if self.process.is_none() {
            let (mut process, socket) = self.launch().await.map_err(|source| self.not_started(source))?;
            self.wait_until_ready(&mut process, &socket).await?;
            (self.process, self.ended) = (Some((process, socket)), None);
        }
        Ok(begun.elapsed())
    }

    /// Runs the program's own check of its configuration, if it has one, with the environment that it will have.
    pub(super) async fn validate(&self) -> Result<(), PartError> {
        if self.plan.rejection != Rejection::Validate {
            return Ok(());
        }
        let validated = async {
            let mut command = self.command()?;
            command.arg("validate").args(&self.plan.args).stdin(Stdio::null()).kill_on_drop(true);
            timeout(VALIDATED_WITHIN, command.output()).await.unwrap_or_else(|_| {
                let text = format!("`validate` took longer than {} s", VALIDATED_WITHIN.as_secs());
                Err(io::Error::new(io::ErrorKind::TimedOut, text))
            })
        };
        let validated = validated.await.map_err(|source| self.not_started(source))?;
        if validated.status.success() {
            return Ok(());
        }
        let files: Vec<&str> = self.plan.args.iter().filter_map(|argument| argument.strip_prefix("file:")).collect();
        let output = String::from_utf8_lossy(&validated.stderr).lines().map(str::to_owned).collect();
        Err(PartError::Rejected {
            part: self.plan.name.clone(),
            what: format!("configuration ({})", files.join(", ")),
            output,
        })
    }

    async fn launch(&self) -> io::Result<(Process, NotifySocket)> {
        let socket = NotifySocket::bind()?;
        let mut command = self.command()?;
        command.args(&self.plan.args).env("NOTIFY_SOCKET", socket.path());
        Ok((Process::start(&mut command, &self.log()).await?, socket))
    }

    /// Its program in its folder and its environment, without arguments.
    fn command(&self) -> io::Result<Command> {
        self.state.create(&self.plan.files)?;
        let mut command = Command::new(&self.plan.program);
        command.current_dir(&self.state.path).env_clear().envs(&self.plan.env);
        command.env(RUN_ID, &self.run_id).env("STATE_DIRECTORY", &self.state.path);
        Ok(command)
    }

    /// Waits for the sign of readiness, the end of the process or the deadline, whichever comes first.
    async fn wait_until_ready(&self, process: &mut Process, socket: &NotifySocket) -> Result<(), PartError> {
        let sign = async {
            match &self.plan.health_page {
                None => socket.ready().await,
                Some(url) => {
                    self.page(url).await;
                    Ok(())
                }
            }
        };
        let failed = |source| self.not_started(source);
        tokio::select! {
            status = process.wait() => Err(self.exited(status.map_err(failed)?)),
            ready = timeout(self.plan.start_within, sign) => ready.map_err(|_| self.late())?.map_err(failed),
        }
    }

    /// Waits until a page has returned 200.
    async fn page(&self, url: &str) {
        let mut ticks = interval(POLL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let response = self.http.get(url).timeout(RESPONSE_WITHIN).send().await;
            if response.is_ok_and(|response| response.status() == 200) {
                return;
            }
        }
    }

    fn not_started(&self, source: io::Error) -> PartError {
        PartError::NotStarted { part: self.plan.name.clone(), program: self.plan.program.clone(), source }
    }

    fn exited(&self, status: ExitStatus) -> PartError {
        let (part, tail) = (self.plan.name.clone(), self.log_tail(LINES));
        match (self.plan.rejection, status.code()) {
            // A service has no `validate`: it rejects its environment when it starts.
            (Rejection::ExitCode(rejected), Some(code)) if code == rejected => {
                PartError::Rejected { part, what: "environment".to_owned(), output: tail.lines }
            }
            (rejection, code) => {
                // `validate` does not find a fault that a component detects when it starts. A signal is not such a fault.
                let judged = rejection == Rejection::Validate && code.is_some();
                PartError::Exited { part, status, is_config_error: judged && is_config_error(&tail.lines), tail }
            }
        }
    }

    fn late(&self) -> PartError {
        let (part, within, tail) = (self.plan.name.clone(), self.plan.start_within, self.log_tail(LINES));
        let sign = match &self.plan.health_page {
            None => "READY=1 on its NOTIFY_SOCKET".to_owned(),
            Some(url) => format!("status 200 from {url}"),
        };
        PartError::Late { part, sign, within, tail }
    }

    /// How it ended, if it has run and does not run any more.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        if let Some((process, _)) = &mut self.process
            && let Ok(Some(status)) = process.try_wait()
        {
            (self.process, self.ended) = (None, Some(status));
        }
        self.ended
    }

    /// Sends SIGTERM, and SIGKILL if it does not end in time. Resumes a paused part, because that handles no signal.
    pub async fn stop(&mut self) -> Stopped {
        self.signal(Signal::SIGTERM);
        self.signal(Signal::SIGCONT);
        self.end_within(self.plan.stop_within).await
    }

    /// Sends SIGKILL.
    pub async fn kill(&mut self) -> Stopped {
        self.signal(Signal::SIGKILL);
        self.end_within(KILLED_WITHIN).await
    }

    async fn end_within(&mut self, within: Duration) -> Stopped {
        let mut forced = false;
        if let Some((process, _socket)) = &mut self.process {
            let mut ended = timeout(within, process.wait()).await;
            forced = ended.is_err();
            if forced {
                process.group.signal(Signal::SIGKILL);
                ended = timeout(KILLED_WITHIN, process.wait()).await;
            }
            (self.process, self.ended) = (None, ended.ok().and_then(Result::ok));
        }
        Stopped { part: self.plan.name.clone(), status: self.ended, forced }
    }

    /// Pauses it (SIGSTOP) until the time is over or the guard is dropped.
    ///
    /// # Errors
    /// When it is not running.
    pub fn pause(&mut self, duration: Duration) -> Result<Paused, PartError> {
        self.ended();
        let (process, _) = self.process.as_ref().ok_or_else(|| PartError::NotRunning(self.plan.name.clone()))?;
        Ok(Paused::new(process.group.clone(), duration))
    }

    /// Sends a signal, if it runs.
    fn signal(&self, signal: Signal) {
        if let Some((process, _)) = &self.process {
            process.group.signal(signal);
        }
    }
}
