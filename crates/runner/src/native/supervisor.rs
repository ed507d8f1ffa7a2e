//! No process outlives `lab`: a second `lab` holds the other end of a pipe and cleans up when the first one is gone.
//!
//! A parent-death signal would fire when the *thread* that spawned a process ends, and threads of a pool do.  The end of a pipe
//! comes when the process is gone, however it went.  What belongs to the run is found by its environment, which every
//! descendant inherits.

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::proc_fs;

/// The variable that every process of a run carries.
pub const RUN_ID: &str = "LAB_RUN_ID";

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

/// The program `lab` itself, by a path that stays right: cargo may replace the file of a running `lab` while it runs the tests.
pub const OWN_PROGRAM: &str = "/proc/self/exe";

/// The supervisor of this process.
#[derive(Debug)]
pub struct Supervisor {
    child: Child,
}

impl Supervisor {
    /// Starts the supervisor of a run: `program supervise <run id>`, where `program` is `lab` itself.
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
    /// When it cannot be waited for.
    pub fn finish(mut self) -> io::Result<()> {
        if let Some(mut pipe) = self.child.stdin.take() {
            // Were it gone already, there would be nobody to tell.
            let _ = pipe.write_all(CLEAN);
        }
        self.child.wait().map(drop)
    }
}

/// What the supervisor does: waits for the end of its standard input, then kills every process that carries the run's id.
#[must_use]
pub fn supervise(run_id: &str) -> ExitCode {
    // Only how it is called: without it, it works as well.
    let _ = nix::sys::prctl::set_name(c"otel-supervisor");
    let mut last_words = Vec::new();
    // An error is an end, too.
    let _ = io::stdin().read_to_end(&mut last_words);
    let quiet = if last_words == CLEAN { Duration::ZERO } else { QUIET };
    let gone = sweep(run_id, quiet);
    // Only there when a path was too long for a socket.
    let _ = std::fs::remove_dir_all(short_dir(run_id));
    if gone { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Kills what carries the run's id until nothing has been seen for `quiet`.
fn sweep(run_id: &str, quiet: Duration) -> bool {
    let variable = format!("{RUN_ID}={run_id}");
    let give_up = Instant::now() + GIVE_UP;
    let mut last_seen = Instant::now();
    while Instant::now() < give_up {
        if kill_all(&variable) > 0 {
            last_seen = Instant::now();
        } else if last_seen.elapsed() >= quiet {
            return true;
        }
        std::thread::park_timeout(LOOK);
    }
    false
}

/// How many processes of a run there are.
#[must_use]
pub fn carriers(run_id: &str) -> usize {
    let variable = format!("{RUN_ID}={run_id}");
    proc_fs::pids().into_iter().filter(|pid| proc_fs::has_variable(*pid, &variable)).count()
}

/// Kills every process with the variable; how many there were.
fn kill_all(variable: &str) -> usize {
    let of_run = proc_fs::pids().into_iter().filter(|pid| proc_fs::has_variable(*pid, variable));
    let mut killed = 0;
    for pid in of_run.filter_map(|pid| i32::try_from(pid).ok()) {
        // One that ended between the look and the signal is as good as killed.
        let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        killed += 1;
    }
    killed
}

/// A folder for sockets whose path in the run's own folder would be too long.
pub(super) fn short_dir(run_id: &str) -> PathBuf {
    PathBuf::from("/tmp").join(format!("otel-lab-{run_id}"))
}
