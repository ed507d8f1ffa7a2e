//! One piece of work and the commands that it runs: all output in one log, progress now and then, and a deadline.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::time::{MissedTickBehavior, interval, timeout};

use super::error::{Failed, SetupError};
use super::progress::Progress;
use super::setup_context::SetupContext;
use crate::native::{Process, RUN_ID, tail};

/// How often progress is said.
const SAY: Duration = Duration::from_secs(10);

/// How many of a log's last lines an error repeats.
const LINES: usize = 15;

/// One piece of work.
#[derive(Debug)]
pub(super) struct Work<'a> {
    setup: &'a SetupContext<'a>,
    name: String,
    log: PathBuf,
    hint: String,
    started: Instant,
}

/// A command of it.
#[derive(Debug)]
pub(super) struct Command<'a> {
    /// The program.
    pub(super) program: PathBuf,
    /// Its arguments.
    pub(super) args: Vec<OsString>,
    /// Where it runs.
    pub(super) dir: &'a Path,
    /// Variables beside those of the caller.
    pub(super) env: BTreeMap<String, String>,
    /// How long it may take.
    pub(super) within: Duration,
}

impl<'a> Work<'a> {
    /// Begins with an empty log; `hint` is what a person can do when it fails.
    pub(super) fn begin(setup: &'a SetupContext<'a>, name: &str, hint: &str) -> Result<Self, SetupError> {
        let log = setup.cache.log(&name.to_lowercase().replace(' ', "-"));
        if let Some(dir) = log.parent() {
            fs::create_dir_all(dir).map_err(SetupError::file(dir))?;
        }
        fs::write(&log, "").map_err(SetupError::file(&log))?;
        Ok(Self { setup, name: name.to_owned(), log, hint: hint.to_owned(), started: Instant::now() })
    }

    /// Says what is being done.
    pub(super) fn step(&self, text: impl Into<String>) {
        let (name, elapsed) = (self.name.clone(), self.started.elapsed());
        (self.setup.progress)(Progress::Step { name, text: text.into(), elapsed });
    }

    /// How long it has been going on.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Says that it is done.
    pub(super) fn done(&self) {
        (self.setup.progress)(Progress::Done { name: self.name.clone(), took: self.started.elapsed() });
    }

    /// Runs a command to its end.
    pub(super) async fn run(&self, command: Command<'_>) -> Result<(), SetupError> {
        let line = display(&command);
        self.write(&format!("$ {line}\n"))?;
        let mut process = self.start(&command).await.map_err(|error| self.failed(&line, &error.to_string()))?;
        let status = timeout(command.within, self.watch(&mut process)).await;
        match status {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(self.failed(&line, &status.to_string())),
            Ok(Err(error)) => Err(self.failed(&line, &error.to_string())),
            Err(_) => Err(self.failed(&line, &format!("not done after {} min", command.within.as_secs() / 60))),
        }
    }

    async fn start(&self, command: &Command<'_>) -> io::Result<Process> {
        Process::start(&mut self.prepared(command), &self.log).await
    }

    fn prepared(&self, command: &Command<'_>) -> tokio::process::Command {
        let mut prepared = tokio::process::Command::new(&command.program);
        prepared
            .args(&command.args)
            .current_dir(command.dir)
            .env_clear()
            .envs(self.setup.environment)
            .envs(&command.env);
        // The supervisor finds it by this when `lab` is killed.
        prepared.env(RUN_ID, self.setup.run_id);
        prepared
    }

    /// What a command prints on its standard output, whether it succeeds or not; the rest stands in the log.
    pub(super) async fn output(&self, command: Command<'_>) -> Result<String, SetupError> {
        let line = display(&command);
        self.write(&format!("$ {line}\n"))?;
        let mut query = self.prepared(&command);
        query.stdin(Stdio::null()).kill_on_drop(true);
        let output =
            timeout(command.within, query.output()).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        let output = output.map_err(|error| self.failed(&line, &error.to_string()))?;
        self.write(&String::from_utf8_lossy(&output.stderr))?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Waits for the end and repeats the newest line of the log meanwhile.
    async fn watch(&self, process: &mut Process) -> io::Result<std::process::ExitStatus> {
        let mut ticks = interval(SAY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.tick().await;
        loop {
            tokio::select! {
                status = process.wait() => return status,
                _ = ticks.tick() => self.say_newest(),
            }
        }
    }

    /// Repeats the newest line, unless it is the command itself, which was announced in words.
    fn say_newest(&self) {
        if let Some(line) = tail(&self.log, 1).pop().filter(|line| !line.starts_with("$ ")) {
            self.step(line.trim());
        }
    }

    fn write(&self, text: &str) -> Result<(), SetupError> {
        let mut file =
            fs::OpenOptions::new().append(true).create(true).open(&self.log).map_err(SetupError::file(&self.log))?;
        std::io::Write::write_all(&mut file, text.as_bytes()).map_err(SetupError::file(&self.log))
    }

    /// The error that shows the end of the log.
    pub(super) fn failed(&self, command: &str, how: &str) -> SetupError {
        Box::new(Failed {
            name: self.name.clone(),
            command: command.to_owned(),
            how: how.to_owned(),
            log: self.log.clone(),
            tail: tail(&self.log, LINES),
            hint: self.hint.clone(),
        })
        .into()
    }
}

/// The program's name and its arguments.
fn display(command: &Command<'_>) -> String {
    let program = command.program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let args = command.args.iter().map(|arg| arg.to_string_lossy().into_owned());
    std::iter::once(program).chain(args).collect::<Vec<_>>().join(" ")
}
