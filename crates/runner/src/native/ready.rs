//! Waiting until a part is ready, which ends at once when its process does.

use std::process::ExitStatus;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, timeout};

use super::notify::NotifySocket;
use super::plan::Ready;
use super::process::Process;

/// How often a health page is asked.
const POLL: Duration = Duration::from_millis(20);

/// How long one answer of a health page may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// Why a part is not ready.
#[derive(Debug)]
pub(super) enum NotReady {
    /// Its process ended.
    Died(ExitStatus),
    /// The deadline passed.
    Late,
}

/// Waits for the sign of readiness, the end of the process or the deadline, whichever comes first.
pub(super) async fn wait(
    process: &mut Process,
    ready: &Ready,
    socket: &NotifySocket,
    http: &reqwest::Client,
    within: Duration,
) -> std::io::Result<Result<(), NotReady>> {
    tokio::select! {
        status = process.wait() => Ok(Err(NotReady::Died(status?))),
        seen = timeout(within, sign(ready, socket, http)) => match seen {
            Ok(result) => result.map(Ok),
            Err(_) => Ok(Err(NotReady::Late)),
        },
    }
}

async fn sign(ready: &Ready, socket: &NotifySocket, http: &reqwest::Client) -> std::io::Result<()> {
    match ready {
        Ready::Notify => socket.ready().await,
        Ready::Page(url) => {
            answers(url, http).await;
            Ok(())
        }
    }
}

/// Returns once the page has answered 200.
async fn answers(url: &str, http: &reqwest::Client) {
    let mut ticks = interval(POLL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let answer = http.get(url).timeout(ANSWER_WITHIN).send().await;
        if answer.is_ok_and(|response| response.status() == 200) {
            return;
        }
    }
}
