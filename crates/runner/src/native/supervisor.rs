//! No process outlives `lab`: a second `lab` has the other end of a pipe and cleans up when the first one has ended.
//!
//! A parent-death signal would be sent when the *thread* that spawned a process ends, and threads of a pool do. The pipe is closed
//! when the process ends, whatever the reason. The processes of the run are found by their environment, see [`super::run_processes`].

use std::io::{self, Read};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::notify;
use super::run_processes::{RUN_ID, run_processes};

/// Its name in a list of processes: not `lab`, so that `killall -9 lab` does not end it.
const NAME: &str = "otel-supervisor";

/// What `lab` writes into the pipe before a clean end.
const CLEAN_END: &[u8] = b"clean";

/// How often all processes are checked.
const POLL: Duration = Duration::from_millis(40);

/// How long no process of the run must be found before the supervisor ends: a process that was being started when `lab` was killed
/// has the run's environment only after `exec`.
const NONE_LEFT_FOR: Duration = Duration::from_millis(400);

/// The time after which it gives up.
const GIVE_UP: Duration = Duration::from_secs(30);

/// How long `lab` waits for it: longer than the supervisor may take to give up.
const FINISHES_WITHIN: Duration = GIVE_UP.saturating_add(Duration::from_secs(10));

/// The program `lab` itself, by a path that stays valid: cargo may replace the file of a running `lab` while it runs the tests.
pub const OWN_PROGRAM: &str = "/proc/self/exe";

/// The supervisor of this process.
#[derive(Debug)]
pub struct Supervisor {
    child: Child,
}

impl Supervisor {
    /// Starts the supervisor of a run: `program supervise <run ID>`, where `program` is `lab` itself. Requires a tokio runtime.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(program: &Path, run_id: &str) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg0(NAME).args(["supervise", run_id]).env_remove(RUN_ID).current_dir("/").process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Self { child: command.spawn()? })
    }

    /// Announces a clean end and waits until the supervisor has checked for processes and ended.
    ///
    /// # Errors
    /// When it cannot be waited for, or has not ended 10 s after it should have given up.
    pub async fn finish(mut self) -> io::Result<()> {
        if let Some(mut pipe) = self.child.stdin.take() {
            // It fails only if the supervisor has ended already.
            let _ = pipe.write_all(CLEAN_END).await;
        }
        timeout(FINISHES_WITHIN, self.child.wait()).await?.map(drop)
    }
}

/// The supervisor's work: waits for the end of its standard input, then kills every process of the run. Returns whether all ended.
/// Creates its own runtime, so it must not be called from within one.
#[must_use]
pub fn supervise(run_id: &str) -> bool {
    // Without the name, it works as well.
    let _ = nix::sys::prctl::set_name(c"otel-supervisor");
    let mut message = Vec::new();
    // An error also means that `lab` has ended.
    let _ = io::stdin().read_to_end(&mut message);
    let none_left_for = if message == CLEAN_END { Duration::ZERO } else { NONE_LEFT_FOR };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let sweep = async { timeout(GIVE_UP, kill_until_none_left(run_id, none_left_for)).await };
    runtime.is_ok_and(|runtime| runtime.block_on(sweep).is_ok())
}

/// Kills the run's processes, and removes the folders of their sockets, until none has been found for this time.
async fn kill_until_none_left(run_id: &str, none_left_for: Duration) {
    let mut ticks = interval(POLL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last_seen = Instant::now();
    loop {
        ticks.tick().await;
        // It may block: nothing else runs in this process.
        let run_processes = run_processes(run_id);
        if !run_processes.is_empty() {
            last_seen = Instant::now();
        } else if last_seen.elapsed() >= none_left_for {
            return;
        }
        for process in run_processes {
            // It fails only for a process that has ended meanwhile.
            let _ = kill(Pid::from_raw(process.pid), Signal::SIGKILL);
            process.notify_socket.iter().for_each(|socket| notify::remove_abandoned(socket));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use futures_util::FutureExt;

    use super::*;

    /// A supervisor: its input is a pipe, and its second argument names another one. It reads the input to the end, creates the
    /// file `.input-closed`, and waits for a line in the other pipe. After 5 s, it creates `.timed-out` and exits: a `finish` that
    /// blocks then fails this test instead of stopping it.
    const SCRIPT: &str =
        "while read -r line; do :; done\n: > \"$2.input-closed\"\nread -rt 5 line <> \"$2\" || : > \"$2.timed-out\"";

    /// Another process writes the script: a child of ours that is just starting could hold it open, and then it could not run.
    fn write_script(file: &Path) {
        let bash = which::which("bash").unwrap();
        let text = format!("#!{}\n{SCRIPT}\n", bash.display());
        let write = "printf %s \"$1\" > \"$2\" && chmod +x \"$2\"";
        let written = std::process::Command::new(bash).args(["-c", write, "bash", &text]).arg(file).status().unwrap();
        assert!(written.success());
    }

    #[tokio::test]
    async fn other_tasks_go_on_while_the_supervisor_finishes() {
        let dir = tempfile::tempdir().unwrap();
        let (program, pipe) = (dir.path().join("supervisor"), dir.path().join("pipe"));
        write_script(&program);
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        // Opened for both, it needs no reader, and keeps what is written.
        let mut open = std::fs::OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
        let supervisor = Supervisor::start(&program, pipe.to_str().unwrap()).unwrap();
        let let_go = async {
            let mut ticks = interval(Duration::from_millis(5));
            while !dir.path().join("pipe.input-closed").exists() {
                ticks.tick().await;
            }
            open.write_all(b"go\n").unwrap();
        };
        let (finished, ()) = tokio::join!(supervisor.finish(), timeout(FINISHES_WITHIN, let_go).map(Result::unwrap));
        finished.unwrap();
        assert!(!dir.path().join("pipe.timed-out").exists(), "`finish` blocked the thread");
    }
}
