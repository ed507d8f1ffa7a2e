//! No process outlives `lab`: a second `lab` holds the other end of a pipe and cleans up when the first one is gone.
//!
//! A parent-death signal would fire when the *thread* that spawned a process ends, and threads of a pool do. The end of a pipe
//! comes when the process is gone, however it went. What belongs to the run is found by its environment, see
//! [`super::carriers`].

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::carriers::{RUN_ID, carriers};
use super::notify;

/// How it is called in a list of processes: not `lab`, so that `killall -9 lab` leaves it to its work.
const NAME: &str = "otel-supervisor";

/// What a clean end is announced with.
const CLEAN: &[u8] = b"clean";

/// How often all processes are looked through.
const LOOK: Duration = Duration::from_millis(40);

/// How long no process of the run may be seen until it is believed that none is about to appear: one that was being started when
/// `lab` was killed shows its environment only after `exec`.
const QUIET: Duration = Duration::from_millis(400);

/// When it gives up.
const GIVE_UP: Duration = Duration::from_secs(30);

/// How long `lab` waits for it: longer than it takes to give up.
const FINISHES_WITHIN: Duration = GIVE_UP.saturating_add(Duration::from_secs(10));

/// The program `lab` itself, by a path that stays right: cargo may replace the file of a running `lab` while it runs the tests.
pub const OWN_PROGRAM: &str = "/proc/self/exe";

/// The supervisor of this process.
#[derive(Debug)]
pub struct Supervisor {
    child: Child,
}

impl Supervisor {
    /// Starts the supervisor of a run: `program supervise <run id>`, where `program` is `lab` itself. It needs a tokio runtime.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(program: &std::path::Path, run_id: &str) -> io::Result<Self> {
        let child = Command::new(program)
            .arg0(NAME)
            .args(["supervise", run_id])
            .env_remove(RUN_ID)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Self { child })
    }

    /// Says that the run has ended cleanly and waits until the supervisor has looked and gone.
    ///
    /// # Errors
    /// When it cannot be waited for, or has not ended 10 s after it should have given up.
    pub async fn finish(mut self) -> io::Result<()> {
        if let Some(mut pipe) = self.child.stdin.take() {
            // Were it gone already, there would be nobody to tell.
            let _ = pipe.write_all(CLEAN).await;
        }
        timeout(FINISHES_WITHIN, self.child.wait()).await?.map(drop)
    }
}

/// What the supervisor does: waits for the end of its standard input, then kills every process that carries the run's id.
///
/// It has a runtime of its own, so it must not be called from within one.
#[must_use]
pub fn supervise(run_id: &str) -> ExitCode {
    // Only how it is called: without it, it works as well.
    let _ = nix::sys::prctl::set_name(c"otel-supervisor");
    let mut last_words = Vec::new();
    // An error is an end, too.
    let _ = io::stdin().read_to_end(&mut last_words);
    let quiet = if last_words == CLEAN { Duration::ZERO } else { QUIET };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let gone = runtime.is_ok_and(|runtime| runtime.block_on(sweep(run_id, quiet)));
    if gone { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Kills what carries the run's id until nothing has been seen for `quiet`, and removes the folders of their sockets.
async fn sweep(run_id: &str, quiet: Duration) -> bool {
    let mut sockets = BTreeSet::new();
    let gone = timeout(GIVE_UP, kill_until_quiet(run_id, quiet, &mut sockets)).await.is_ok();
    sockets.iter().for_each(|socket| notify::remove_abandoned(socket));
    gone
}

async fn kill_until_quiet(run_id: &str, quiet: Duration, sockets: &mut BTreeSet<PathBuf>) {
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last_seen = Instant::now();
    loop {
        ticks.tick().await;
        // It blocks, and may: nothing else runs in this process.
        let carriers = carriers(run_id);
        if !carriers.is_empty() {
            last_seen = Instant::now();
        } else if last_seen.elapsed() >= quiet {
            return;
        }
        for carrier in carriers {
            // One that ended between the look and the signal is as good as killed.
            let _ = kill(Pid::from_raw(carrier.pid), Signal::SIGKILL);
            sockets.extend(carrier.notify_socket);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;

    use futures_util::FutureExt;

    use super::*;

    /// Reads to the end of its input and leaves a file that says so, then waits for a line in the pipe that its second argument names; after five seconds it
    /// leaves a file there and ends, so that a `finish` that blocks fails this test instead of stopping it.
    const PATIENT: &str =
        "while read -r line; do :; done\n: > \"$2.told\"\nread -rt 5 line <> \"$2\" || : > \"$2.late\"";

    /// Another process writes the script: a child of ours that is just starting could hold it open, and then it could not run.
    fn write_script(file: &Path) {
        let bash = which::which("bash").unwrap();
        let text = format!("#!{}\n{PATIENT}\n", bash.display());
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
            while !dir.path().join("pipe.told").exists() {
                ticks.tick().await;
            }
            open.write_all(b"go\n").unwrap();
        };
        let (finished, ()) = tokio::join!(supervisor.finish(), timeout(FINISHES_WITHIN, let_go).map(Result::unwrap));
        finished.unwrap();
        assert!(!dir.path().join("pipe.late").exists(), "`finish` blocked the thread");
    }
}
