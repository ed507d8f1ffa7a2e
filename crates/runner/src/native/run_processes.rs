//! The processes of a run, found by the run's ID in their environment, which every descendant inherits.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use procfs::process::all_processes;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tokio::task::spawn_blocking;

/// The variable that every process of a run inherits.
pub const RUN_ID: &str = "LAB_RUN_ID";

/// One process of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunProcess {
    /// The process ID.
    pub pid: i32,
    /// The socket on which it reports that it is ready, from its `NOTIFY_SOCKET`.
    pub(super) notify_socket: Option<PathBuf>,
}

/// The processes of a run that have not ended. Reads the environment of every process of this machine, and blocks
/// meanwhile.
#[must_use]
pub fn run_processes(run_id: &str) -> Vec<RunProcess> {
    let run_process = |process: procfs::process::Process| {
        let environment = process.environ().ok()?;
        let is_of_run = environment.get(OsStr::new(RUN_ID)).is_some_and(|value| value == run_id);
        let notify_socket = environment.get(OsStr::new("NOTIFY_SOCKET")).map(PathBuf::from);
        is_of_run.then_some(RunProcess { pid: process.pid(), notify_socket })
    };
    all_processes().into_iter().flatten().flatten().filter_map(run_process).collect()
}

/// Waits until no process of the run is left, and returns whether that was so `within` the time.
///
/// A separate thread reads `/proc` and waits. It continues even if this future is dropped.
pub async fn wait_until_gone(run_id: &str, within: Duration) -> bool {
    let (run_id, until) = (run_id.to_owned(), Instant::now() + within);
    // It is never aborted. If it panicked, the processes may still run.
    spawn_blocking(move || are_gone_by(&run_id, until)).await.unwrap_or(false)
}

/// Waits for the end of each process in turn. Others may have been started meanwhile, so it repeats this until there
/// are none.
fn are_gone_by(run_id: &str, until: Instant) -> bool {
    loop {
        let left = run_processes(run_id);
        if left.is_empty() {
            return true;
        }
        if Instant::now() >= until || !left.iter().all(|process| ends_by(process.pid, until)) {
            return false;
        }
    }
}

/// Waits for the end of a process. One that cannot be opened is gone already.
fn ends_by(pid: i32, until: Instant) -> bool {
    let Some(pidfd) = Pid::from_raw(pid).and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()) else {
        return true;
    };
    let left = Timespec::try_from(until.saturating_duration_since(Instant::now())).ok();
    // A process descriptor is readable once its process has ended.
    retry_on_intr(|| poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], left.as_ref())).is_ok_and(|ended| ended == 1)
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use tokio::process::{Child, Command};

    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    /// A process of a run that ends when its standard input is closed.
    fn process_of(run_id: &str) -> Child {
        let mut command = Command::new("cat");
        command.env(RUN_ID, run_id).env("NOTIFY_SOCKET", "/a/socket").stdin(Stdio::piped()).stdout(Stdio::null());
        command.kill_on_drop(true).spawn().unwrap()
    }

    #[tokio::test]
    async fn the_end_of_the_last_process_ends_the_wait() {
        let run_id = format!("test-gone-{}", std::process::id());
        let mut processes = [process_of(&run_id), process_of(&run_id)];
        assert_eq!(run_processes(&run_id).len(), 2);
        assert_eq!(run_processes(&run_id)[0].notify_socket, Some("/a/socket".into()));
        assert!(!wait_until_gone(&run_id, Duration::from_millis(100)).await);
        let (gone, ()) = tokio::join!(wait_until_gone(&run_id, SOON), async {
            for process in &mut processes {
                drop(process.stdin.take());
            }
        });
        assert!(gone && run_processes(&run_id).is_empty());
    }

    #[tokio::test]
    async fn a_process_that_has_ended_is_not_waited_for() {
        let mut process = process_of("test-ended");
        let pid = i32::try_from(process.id().unwrap()).unwrap();
        assert!(!ends_by(pid, Instant::now() + Duration::from_millis(50)));
        drop(process.stdin.take());
        process.wait().await.unwrap();
        assert!(ends_by(pid, Instant::now() + SOON));
    }
}
