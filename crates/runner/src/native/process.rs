//! One child process, leader of its own process group, with its output in a log file.

use std::fs::OpenOptions;
use std::future::{poll_fn, ready};
use std::io;
use std::path::Path;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::task::Poll;
use std::time::Duration;

use backon::{ConstantBuilder, Retryable};
use nix::sys::signal::Signal;
use tokio::process::{Child, Command};

use super::process_group::ProcessGroup;

/// How long to wait before a program that is open for writing is tried again.
const BUSY_FOR: Duration = Duration::from_millis(2);

/// How often it is tried again.
const BUSY_TIMES: usize = 100;

/// A running process. Dropping it kills its group.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pub(super) group: ProcessGroup,
}

impl Process {
    /// Starts a command without input, its output appended to `log`.
    ///
    /// It gets its own group: Ctrl-C in a terminal reaches every process of the foreground group, and `lab` has to stop
    /// its parts itself, in order.
    pub(crate) async fn start(command: &mut Command, log: &Path) -> io::Result<Self> {
        let output = OpenOptions::new().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        command.process_group(0).kill_on_drop(true);
        let child = spawn(command).await?;
        let group = ProcessGroup::new(child.id());
        Ok(Self { child, group })
    }

    /// The process ID, until it has been waited for.
    pub(super) fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits until it has ended. Can be dropped and called again.
    pub(crate) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let Self { child, group } = self;
        let mut ended = pin!(child.wait());
        poll_fn(|context| group.reap(|| ended.as_mut().poll(context))).await
    }

    /// How it ended, if it has.
    pub(super) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        let Self { child, group } = self;
        match group.reap(|| child.try_wait().transpose().map_or(Poll::Pending, Poll::Ready)) {
            Poll::Pending => Ok(None),
            Poll::Ready(status) => status.map(Some),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.group.signal(Signal::SIGKILL);
        // The runtime waits for it in the background.
        self.group.close();
    }
}

/// Starts a program that may have been written just before: another child of ours, between `fork` and `exec`, may still
/// have it open for writing (ETXTBSY) for a moment.
async fn spawn(command: &mut Command) -> io::Result<Child> {
    let retries = ConstantBuilder::default().with_delay(BUSY_FOR).with_max_times(BUSY_TIMES);
    (|| ready(command.spawn())).retry(retries).when(|error| error.kind() == io::ErrorKind::ExecutableFileBusy).await
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::OpenOptionsExt;

    use super::*;

    #[tokio::test]
    async fn a_program_that_is_still_open_for_writing_is_started_once_it_is_closed() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("program");
        let mut options = OpenOptions::new();
        let mut file = options.create(true).write(true).truncate(true).mode(0o755).open(&program).unwrap();
        let bash = which::which("bash").unwrap();
        std::io::Write::write_all(&mut file, format!("#!{}\nexit 7\n", bash.display()).as_bytes()).unwrap();
        let log = dir.path().join("log");
        let mut command = Command::new(&program);
        // `start` is polled first: it finds the file open, and a `start` that blocks never lets it be closed.
        let (process, ()) = tokio::join!(Process::start(&mut command, &log), async { drop(file) });
        assert_eq!(process.unwrap().wait().await.unwrap().code(), Some(7));
    }
}
