//! Starts a Redis server for one test, on a separate port and without files; a test can kill and restart it.

use std::io::Write;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::environment::{Environment, Peer};

const START_DEADLINE: Duration = Duration::from_secs(5);

/// A server that is running or was killed.
#[derive(Debug)]
pub struct RedisServer {
    child: Option<Child>,
    port: u16,
}

impl RedisServer {
    /// Starts a server. Returns `None` if `redis-server` is not installed. Standard error then reports that the test
    /// is skipped.
    ///
    /// # Panics
    ///
    /// Panics if the server is installed but does not start. Panics as well if it is not installed and the variable
    /// `CI` is `true`: continuous integration must not pass without these tests.
    pub async fn start() -> Option<Self> {
        // Redis cannot inherit a bound socket. If the port is in use, the next one is tried.
        for _attempt in 0..20 {
            let mut server = Self { child: None, port: next_port() };
            match server.launch().await {
                Launched::Yes => return Some(server),
                Launched::PortTaken => {}
                Launched::NotInstalled => {
                    skip("redis-server is not on the PATH");
                    return None;
                }
            }
        }
        panic!("redis-server did not start on any of 20 ports");
    }

    /// The address of the server.
    #[must_use]
    pub fn peer(&self) -> Peer {
        Peer { host: "127.0.0.1".to_owned(), port: self.port }
    }

    /// Kills the process, as in a crash.
    pub async fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().await.expect("a child of ours can be killed");
        }
    }

    /// Stops the process with SIGSTOP: the kernel accepts connections for it, and no reply is sent.
    ///
    /// # Panics
    ///
    /// Panics if the server was killed.
    pub fn pause(&self) {
        self.signal(Signal::SIGSTOP);
    }

    /// Continues the process after [`Self::pause`].
    ///
    /// # Panics
    ///
    /// Panics if the server was killed.
    pub fn resume(&self) {
        self.signal(Signal::SIGCONT);
    }

    fn signal(&self, signal: Signal) {
        let id = self.child.as_ref().and_then(Child::id).and_then(|id| i32::try_from(id).ok());
        kill(Pid::from_raw(id.expect("the server runs")), signal).expect("a child of ours can be signaled");
    }

    /// Restarts the server on the same port, without data.
    ///
    /// # Panics
    ///
    /// Panics if it does not start, for example because another process uses the port.
    pub async fn restart(&mut self) {
        assert!(matches!(self.launch().await, Launched::Yes), "redis-server did not start on port {} again", self.port);
    }

    /// Sends a command and returns the reply, like `redis-cli`.
    ///
    /// # Panics
    ///
    /// Panics if the command fails.
    pub async fn command<T: redis::FromRedisValue>(&self, command: &[&str]) -> T {
        let client = redis::Client::open(("127.0.0.1", self.port)).expect("an address is a URL");
        let mut connection = client.get_multiplexed_async_connection().await.expect("Redis is there");
        let (name, arguments) = command.split_first().expect("a command has a name");
        redis::cmd(name).arg(arguments).query_async(&mut connection).await.expect("Redis replies")
    }

    async fn launch(&mut self) -> Launched {
        let spawned = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        let Ok(mut child) = spawned else {
            return Launched::NotInstalled;
        };
        let port = self.port;
        let launched = timeout(START_DEADLINE, async {
            loop {
                if child.try_wait().is_ok_and(|status| status.is_some()) {
                    return Launched::PortTaken;
                }
                if is_served_by(port, child.id()).await {
                    return Launched::Yes;
                }
                sleep(Duration::from_millis(10)).await;
            }
        });
        let launched = launched.await.unwrap_or(Launched::PortTaken);
        self.child = Some(child);
        launched
    }
}

/// Whether the server on this port is the child process, and not another one that used the port already.
async fn is_served_by(port: u16, process: Option<u32>) -> bool {
    let client = redis::Client::open(("127.0.0.1", port)).expect("an address is a URL");
    let Ok(mut connection) = client.get_multiplexed_async_connection().await else {
        return false;
    };
    let info: redis::RedisResult<String> = redis::cmd("INFO").arg("server").query_async(&mut connection).await;
    let expected = process.map(|id| format!("process_id:{id}"));
    info.is_ok_and(|info| info.lines().any(|line| Some(line) == expected.as_deref()))
}

/// Reports that the running test is skipped, or fails it under continuous integration.
fn skip(reason: &str) {
    let environment = Environment::from_process();
    let ci = environment.parser().optional_string("CI");
    assert_ne!(ci.as_deref(), Some("true"), "{reason}, and CI=true allows no skipped test: install it");
    let thread = std::thread::current();
    // Not `eprintln!`, because the test harness hides the output of tests that pass.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {}: {reason}", thread.name().unwrap_or("a test"));
}

enum Launched {
    Yes,
    PortTaken,
    NotInstalled,
}

/// Returns a port below the ephemeral range. The operating system does not assign it to other processes while the
/// server is killed.
fn next_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let (first, last) = (20_000, 32_000);
    let offset = std::process::id().wrapping_mul(101).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
    u16::try_from(first + offset % (last - first)).expect("the range is one of ports")
}
