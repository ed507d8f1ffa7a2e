//! The scripts of `vm-tests/rehearsal`, which stand in for Nix's own commands: what they need of the machine, and how one is run.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::Command;
use tokio::time::timeout;

use runner::native::{RUN_ID, wait_until_gone};

/// Where the scripts are, below the root.
const FOLDER: &str = "vm-tests/rehearsal";

/// What they use that `setup` does not install.
const PROGRAMS: [&str; 5] = ["apt-get", "cargo", "git", "python3", "unshare"];

/// How long a script may take to stop its containers after a signal.
const ENDS_WITHIN: Duration = Duration::from_secs(30);

/// What this machine is, as far as the scripts ask.
#[derive(Debug, Clone, Copy)]
pub struct Host<'a> {
    /// Whether its packages are Debian's.
    pub is_debian: bool,
    /// Whether we are root on it.
    pub is_root: bool,
    /// The folder with the lab's files.
    pub root: &'a Path,
}

impl Host<'_> {
    /// Why nothing can be rehearsed here, if that is so; `has` is true for a program on PATH.
    pub fn obstacle(self, has: impl Fn(&str) -> bool) -> Option<String> {
        let missing: Vec<&str> = PROGRAMS.into_iter().filter(|program| !has(program)).collect();
        if !self.is_debian {
            Some("it needs Debian, because its containers are made of Debian packages".to_owned())
        } else if !self.is_root {
            Some("it needs root, because it starts systemd-nspawn containers".to_owned())
        } else if !missing.is_empty() {
            Some(format!("missing on PATH: {}", missing.join(", ")))
        } else if !self.root.join(FOLDER).join("setup").is_file() || !self.root.join(".git").exists() {
            Some(format!("{} is not a git checkout of the lab", self.root.display()))
        } else {
            None
        }
    }
}

/// How a script ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Without a signal from the lab.
    With(ExitStatus),
    /// It took longer than it may, and was stopped.
    TooLate,
    /// It was stopped because we are.
    Interrupted,
}

/// A script about to run.
#[derive(Debug)]
pub struct Script<'a> {
    /// The folder with the lab's files.
    pub root: &'a Path,
    /// The run's name, by which the supervisor finds what is started here.
    pub run_id: &'a str,
    /// Variables beside ours.
    pub environment: &'a BTreeMap<String, String>,
    /// Where what it says goes: stdout and stderr.
    pub output: (Stdio, Stdio),
    /// How long it may take.
    pub within: Duration,
}

impl Script<'_> {
    /// Runs a script to its end, or until `stop` returns.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn run(self, name: &str, arguments: &[&str], stop: impl Future<Output = ()>) -> io::Result<Ended> {
        let mut command = Command::new(self.root.join(FOLDER).join(name));
        command.args(arguments).current_dir(self.root).envs(self.environment).env(RUN_ID, self.run_id);
        command.stdin(Stdio::null()).stdout(self.output.0).stderr(self.output.1);
        // A group of its own, so that Ctrl-C reaches it through us only, and once.
        let mut child = command.process_group(0).kill_on_drop(true).spawn()?;
        let group = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
        let ended = tokio::select! {
            ended = timeout(self.within, child.wait()) => match ended {
                Ok(status) => return status.map(Ended::With),
                Err(_) => Ended::TooLate,
            },
            () = stop => Ended::Interrupted,
        };
        if let Some(group) = group {
            end(group, self.run_id).await;
        }
        Ok(ended)
    }
}

/// Asks a group to end, waits until its containers are gone, and at last kills what is left.
async fn end(group: Pid, run_id: &str) {
    // A group that is gone already needs no signal.
    let _ = killpg(group, Signal::SIGTERM);
    wait_until_gone(run_id, ENDS_WITHIN).await;
    let _ = killpg(group, Signal::SIGKILL);
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use runner::native::carriers;
    use tokio::time::interval;

    use super::*;

    #[test]
    fn what_is_in_the_way_is_said_in_words() {
        let root = tempfile::tempdir().unwrap();
        let host = Host { is_debian: true, is_root: true, root: root.path() };
        let said = |host: Host<'_>| host.obstacle(|program| program != "git").unwrap_or_default();
        assert!(said(Host { is_debian: false, ..host }).starts_with("it needs Debian"));
        assert!(said(Host { is_root: false, ..host }).starts_with("it needs root"));
        assert_eq!(said(host), "missing on PATH: git");
        assert!(host.obstacle(|_| true).unwrap_or_default().ends_with("is not a git checkout of the lab"));
    }

    #[test]
    fn nothing_is_in_the_way_in_a_checkout() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let host = Host { is_debian: true, is_root: true, root: &root };
        assert_eq!(root.join(".git").exists(), host.obstacle(|_| true).is_none());
    }

    /// A checkout with one script.
    fn checkout(script: &str) -> tempfile::TempDir {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join(FOLDER).join("play");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        // Nix's sandbox has bash on PATH only.
        let bash = runner::setup::on_path(&std::env::var("PATH").unwrap(), "bash").unwrap();
        std::fs::write(&file, format!("#!{}\n{script}\n", bash.display())).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        root
    }

    const MINUTE: Duration = Duration::from_secs(60);

    /// Runs a script until `stop`, which is told where its output goes, returns.
    async fn run_script<F: Future<Output = ()>>(
        script: &str,
        run_id: &str,
        within: Duration,
        stop: impl FnOnce(PathBuf) -> F,
    ) -> (Ended, String) {
        let root = checkout(script);
        let log = root.path().join("log");
        let file = std::fs::File::create(&log).unwrap();
        let output = (file.into(), Stdio::null());
        let script = Script { root: root.path(), run_id, environment: &BTreeMap::new(), output, within };
        let ended = script.run("play", &["scenario1"], stop(log.clone())).await.unwrap();
        (ended, std::fs::read_to_string(log).unwrap())
    }

    #[tokio::test]
    async fn a_script_ends_with_its_own_status() {
        let (ended, said) =
            run_script("echo $1; exit 3", "test-rehearsal-status", MINUTE, |_| std::future::pending()).await;
        assert!(matches!(ended, Ended::With(status) if status.code() == Some(3)), "{ended:?}");
        assert_eq!(said, "scenario1\n");
    }

    /// It waits for ever, for a process that reads a pipe to which nothing is written, and says so when it is told to end.
    const STUBBORN: &str = "trap 'echo cleaned up; exit 1' TERM; coproc { read -r; }; echo waiting; wait";

    #[tokio::test]
    async fn one_that_takes_too_long_is_stopped() {
        let moment = Duration::from_millis(50);
        let (ended, _) = run_script(STUBBORN, "test-rehearsal-late", moment, |_| std::future::pending()).await;
        assert_eq!(ended, Ended::TooLate);
        assert_eq!(carriers("test-rehearsal-late"), []);
    }

    /// Returns once a log has a line.
    async fn spoken(log: PathBuf) {
        let mut ticks = interval(Duration::from_millis(5));
        while std::fs::read_to_string(&log).unwrap().is_empty() {
            ticks.tick().await;
        }
    }

    #[tokio::test]
    async fn an_interrupted_one_is_stopped_and_may_clean_up() {
        let (ended, said) = run_script(STUBBORN, "test-rehearsal-stop", MINUTE, spoken).await;
        assert_eq!((ended, said.as_str()), (Ended::Interrupted, "waiting\ncleaned up\n"));
    }
}
