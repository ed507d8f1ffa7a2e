//! One child process, leader of a process group of its own, with its output in a log file.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::{Child, Command};

/// A running process.  Dropping it kills its group.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts a command without input, its output appended to `log`.
    ///
    /// It gets a group of its own: Ctrl-C in a terminal reaches every process of the foreground group, and what `lab` has started
    /// is to be stopped by `lab`, in order.
    pub(crate) fn start(command: &mut Command, log: &Path) -> io::Result<Self> {
        let output = OpenOptions::new().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        command.process_group(0).kill_on_drop(true);
        Ok(Self { child: spawn(command)? })
    }

    /// Its process id, while it runs or has not been waited for.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Sends a signal to the group; nothing happens when it is gone.
    pub(crate) fn signal(&self, signal: Signal) {
        if let Some(pid) = self.child.id().and_then(|id| i32::try_from(id).ok()) {
            // The only failure that can happen is ESRCH: between the question and the signal it ended by itself.
            let _ = killpg(Pid::from_raw(pid), signal);
        }
    }

    /// Waits until it has ended; may be given up and called again.
    pub(crate) async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// How it ended, if it has.
    pub(crate) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::SIGKILL);
    }
}

/// Starts a program that may have been written a moment ago: another child of ours, between `fork` and `exec`, may still hold it
/// open for writing (ETXTBSY), and lets go of it within a moment.
fn spawn(command: &mut Command) -> io::Result<Child> {
    for _ in 0..100 {
        match command.spawn() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {
                std::thread::park_timeout(Duration::from_millis(2));
            }
            result => return result,
        }
    }
    command.spawn()
}
