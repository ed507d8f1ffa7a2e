//! The process group of a child process, which gets no signal after the child has been waited for.

use std::io;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// The group of which a child process is the leader. A clone refers to the same child.
///
/// A child keeps its process ID until its parent has waited for it. Afterwards the ID may belong to an unrelated
/// process, so no signal is sent.
#[derive(Debug, Clone)]
pub(super) struct ProcessGroup {
    leader: Arc<Mutex<Option<Pid>>>,
}

impl ProcessGroup {
    /// The group of a child with this process ID; an empty one if the child has been waited for already.
    pub(super) fn new(leader: Option<u32>) -> Self {
        let leader = leader.and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
        Self { leader: Arc::new(Mutex::new(leader)) }
    }

    /// Sends a signal to every process of the group. Does nothing after the child has been waited for.
    pub(super) fn signal(&self, signal: Signal) {
        if let Some(leader) = *self.leader() {
            // The only possible failure is ESRCH, and a group without processes needs no signal.
            let _ = killpg(leader, signal);
        }
    }

    /// Waits for the child by `wait`, during which no signal is sent: when it returns, the process ID may be reused.
    pub(super) fn reap(&self, wait: impl FnOnce() -> Poll<io::Result<ExitStatus>>) -> Poll<io::Result<ExitStatus>> {
        let mut leader = self.leader();
        let ended = wait();
        if ended.is_ready() {
            *leader = None;
        }
        ended
    }

    /// Sends no signal from now on.
    pub(super) fn close(&self) {
        *self.leader() = None;
    }

    fn leader(&self) -> MutexGuard<'_, Option<Pid>> {
        self.leader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::os::unix::process::CommandExt as _;
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn nothing_is_signaled_after_the_child_has_been_waited_for() {
        // The shell ends at once, and leaves `cat` in its group.
        let mut shell = Command::new("sh");
        shell.args(["-c", "exec 3<&0; cat <&3 &"]).stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        let mut shell = shell.spawn().unwrap();
        let (mut input, mut output) = (shell.stdin.take().unwrap(), shell.stdout.take().unwrap());
        let group = ProcessGroup::new(Some(shell.id()));
        let ended = group.reap(|| Poll::Ready(shell.wait()));
        assert!(matches!(ended, Poll::Ready(Ok(status)) if status.success()));
        group.signal(Signal::SIGKILL);
        input.write_all(b"alive").unwrap();
        drop(input);
        let mut text = String::new();
        output.read_to_string(&mut text).unwrap();
        assert_eq!(text, "alive");
    }
}
