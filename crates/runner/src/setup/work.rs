//! One piece of work and the commands that it runs: all output in one log, progress from time to time, and a deadline.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::process::Command;
use tokio::time::timeout;

use super::progress::Progress;
use super::setup_context::SetupContext;
use super::setup_error::SetupError;
use crate::native::{LogTail, Process, RUN_ID};

/// How often progress is reported.
const REPORT: Duration = Duration::from_secs(10);

/// How many of the last lines of a log an error repeats.
const LINES: usize = 15;

/// One piece of work.
pub(super) struct Work<'a> {
    pub(super) setup: &'a SetupContext<'a>,
    name: &'static str,
    /// What a person can do if it fails.
    instruction: String,
    /// How long each command may take.
    within: Duration,
    log: PathBuf,
    started: Instant,
}

impl<'a> Work<'a> {
    /// Begins with an empty log.
    pub(super) fn begin(
        setup: &'a SetupContext<'a>,
        name: &'static str,
        instruction: String,
        within: Duration,
    ) -> Result<Self, SetupError> {
        let log = setup.cache.log(&name.to_lowercase().replace(' ', "-"))?;
        fs::write(&log, "").map_err(SetupError::file(&log))?;
        Ok(Self { setup, name, instruction, within, log, started: Instant::now() })
    }

    /// Reports what is being done.
    pub(super) fn step(&self, text: impl Into<String>) {
        let (text, elapsed) = (text.into(), self.started.elapsed());
        (self.setup.progress)(Progress::Step { name: self.name, text, elapsed });
    }

    /// Reports that it is done.
    pub(super) fn done(&self) {
        (self.setup.progress)(Progress::Done { name: self.name, took: self.started.elapsed() });
    }

    /// A command in a folder, with the caller's environment.
    pub(super) fn command(&self, program: impl AsRef<OsStr>, dir: &Path) -> Command {
        let mut command = Command::new(program);
        // The supervisor finds it by this variable when `lab` is killed.
        command.current_dir(dir).env_clear().envs(self.setup.environment).env(RUN_ID, self.setup.run_id);
        command
    }

    /// Runs a command to its end.
    pub(super) async fn run(&self, command: &mut Command) -> Result<(), SetupError> {
        let line = self.log_line(command)?;
        let ended = async { self.watch(&mut Process::start(command, &self.log).await?).await };
        let status = self.in_time(&line, ended).await?;
        if status.success() { Ok(()) } else { Err(self.failed(&line, &status.to_string())) }
    }

    /// Returns the standard output of a command, whether it succeeds or not. Its other output is in the log.
    pub(super) async fn output(&self, command: &mut Command) -> Result<String, SetupError> {
        let line = self.log_line(command)?;
        let output = self.in_time(&line, command.stdin(Stdio::null()).kill_on_drop(true).output()).await?;
        self.write(&output.stderr)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    async fn in_time<T>(&self, command: &str, end: impl Future<Output = io::Result<T>>) -> Result<T, SetupError> {
        let ended = timeout(self.within, end).await;
        let ended = ended.map_err(|_| format!("not finished after {} min", self.within.as_secs() / 60));
        let ended = ended.and_then(|ended| ended.map_err(|error| error.to_string()));
        ended.map_err(|how| self.failed(command, &how))
    }

    /// Waits for the end, and reports the newest line of the log meanwhile.
    async fn watch(&self, process: &mut Process) -> io::Result<ExitStatus> {
        loop {
            if let Ok(status) = timeout(REPORT, process.wait()).await {
                return status;
            }
            // A line with the command itself has been reported in words.
            let newest = LogTail::read(&self.log, 1).lines.pop().filter(|line| !line.starts_with("$ "));
            newest.iter().for_each(|line| self.step(line.trim()));
        }
    }

    /// Writes the name of the program and its arguments into the log.
    fn log_line(&self, command: &Command) -> Result<String, SetupError> {
        let command = command.as_std();
        let program = Path::new(command.get_program()).file_name().unwrap_or_default();
        let words = std::iter::once(program).chain(command.get_args()).map(|word| word.to_string_lossy());
        let line = words.collect::<Vec<_>>().join(" ");
        self.write(format!("$ {line}\n").as_bytes())?;
        Ok(line)
    }

    fn write(&self, text: &[u8]) -> Result<(), SetupError> {
        let log = OpenOptions::new().append(true).create(true).open(&self.log);
        log.and_then(|mut log| log.write_all(text)).map_err(SetupError::file(&self.log))
    }

    /// The error that shows the end of the log.
    pub(super) fn failed(&self, command: &str, how: &str) -> SetupError {
        SetupError::Command {
            name: self.name,
            command: command.to_owned(),
            how: how.to_owned(),
            tail: Box::new(LogTail::read(&self.log, LINES)),
            instruction: self.instruction.clone(),
        }
    }
}
