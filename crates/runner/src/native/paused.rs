//! A part that is paused for a limited time.

use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;

use super::process_group::ProcessGroup;

/// A paused part (SIGSTOP): its connections stay open and it responds to nothing.
///
/// The part is resumed (SIGCONT) when the time is over or when this is dropped, whichever comes first.
#[derive(Debug)]
#[must_use = "dropping it resumes the part"]
pub struct Paused {
    group: ProcessGroup,
    _timer: AbortOnDropHandle<()>,
}

impl Paused {
    /// Pauses a process group for `duration`.
    pub(super) fn new(group: ProcessGroup, duration: Duration) -> Self {
        group.signal(Signal::SIGSTOP);
        let paused = group.clone();
        let timer = tokio::spawn(async move {
            // This is the length of the fault; it waits for no condition.
            sleep(duration).await;
            paused.signal(Signal::SIGCONT);
        });
        Self { group, _timer: AbortOnDropHandle::new(timer) }
    }
}

impl Drop for Paused {
    fn drop(&mut self) {
        self.group.signal(Signal::SIGCONT);
    }
}
