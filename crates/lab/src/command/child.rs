//! The tool as a child process: it owns the terminal, and signals go to it.

use std::fs::File;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getpgrp, tcgetpgrp};
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

/// The signals that are meant for the tool.
const FORWARDED: [Signal; 4] = [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM];

/// What a shell adds to the number of the signal that ended a command.
const ENDED_BY_SIGNAL: i32 = 128;

/// Runs a command to its end and returns its exit code as a shell reports it: 128 + n after signal n.
pub(super) async fn run(mut command: Command) -> io::Result<u8> {
    // Received before the tool starts, so that none ends `lab` first.
    let received = FORWARDED.map(|name| Ok((name, signal(SignalKind::from_raw(name as i32))?)));
    let received = received.into_iter().collect::<io::Result<Vec<_>>>()?;
    let mut child = command.spawn()?;
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
    for (name, mut stream) in received {
        tokio::spawn(async move {
            while stream.recv().await.is_some() {
                forward(name, pid);
            }
        });
    }
    Ok(exit_code(child.wait().await?))
}

/// Sends a signal to the tool, unless the terminal has done so.
fn forward(name: Signal, pid: Option<Pid>) {
    if matches!(name, Signal::SIGINT | Signal::SIGQUIT) && is_in_foreground() {
        return;
    }
    if let Some(pid) = pid {
        // It fails only when the tool has ended.
        let _ = kill(pid, name);
    }
}

/// Whether keys such as Ctrl-C reach the group of processes that `lab` and the tool are in.
fn is_in_foreground() -> bool {
    File::open("/dev/tty").is_ok_and(|terminal| tcgetpgrp(terminal) == Ok(getpgrp()))
}

fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| ENDED_BY_SIGNAL + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_is_the_tools_or_128_and_its_signal() {
        // No SIGINT here: a test that runs in the background of a shell inherits that it is ignored.
        for (script, code) in [("exit 0", 0), ("exit 7", 7), ("kill -KILL $$", 137), ("kill -TERM $$", 143)] {
            let status = std::process::Command::new("sh").args(["-c", script]).status().unwrap();
            assert_eq!(exit_code(status), code, "{script}");
        }
    }
}
