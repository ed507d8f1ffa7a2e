//! The lifecycle of a service: it starts, reports readiness, receives a signal, and drains its requests.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use sd_notify::NotifyState;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tracing::{info, warn};

use crate::abort_requests::AbortRequests;

/// The time that running requests have to finish after the signal to stop.
pub const DRAIN_DEADLINE: Duration = Duration::from_secs(10);

/// The time to send the responses to aborted requests.
const ABORT_DEADLINE: Duration = Duration::from_secs(1);

/// Installs the handlers of SIGTERM (sent by a service manager) and SIGINT (Ctrl-C). The future completes when one of the
/// signals has arrived since this call.
///
/// Call it before [`ready`]: without a handler a signal ends the process at once, and the spans in its queue are lost. If
/// the handlers cannot be installed, the future completes at once: such a process could not be stopped cleanly later.
pub fn terminated() -> impl Future<Output = ()> + Send + 'static {
    let handlers = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        let name = match handlers {
            (Ok(mut terminate), Ok(mut interrupt)) => tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            },
            (Err(error), _) | (_, Err(error)) => {
                warn!(%error, "cannot install the signal handlers; stopping");
                return;
            }
        };
        info!(signal = name, "received a signal; stopping");
    }
}

/// Sends `READY=1` to the service manager: all listeners are bound. Does nothing without a manager, that is without
/// `NOTIFY_SOCKET`.
pub fn ready() {
    notify(NotifyState::Ready);
}

/// Sends `STOPPING=1` to the service manager: the service drains its requests.
pub fn stopping() {
    notify(NotifyState::Stopping);
}

fn notify(state: NotifyState<'_>) {
    // With `true`, sd_notify would remove the variable, and other threads may read the environment meanwhile.
    if let Err(error) = sd_notify::notify(false, &[state]) {
        warn!(%error, "cannot notify the service manager");
    }
}

/// Serves until `stop` completes, and then waits for running requests for at most [`DRAIN_DEADLINE`].
///
/// Requests that run longer are aborted with status 503. So their spans end before telemetry is shut down. Handlers
/// can read the client's address, which is `client.address` on the span. WebSockets are not requests: the code that
/// owns them closes them.
///
/// # Errors
///
/// Returns an error if the listener cannot accept connections.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let abort = AbortRequests::default();
    let (stopped, draining) = oneshot::channel();
    let signal = async move {
        stop.await;
        // The receiver is dropped if serving has already failed.
        let _ = stopped.send(());
    };
    let service = abort.over(router).into_make_service_with_connect_info::<SocketAddr>();
    let mut serving = pin!(axum::serve(listener, service).with_graceful_shutdown(signal).into_future());
    let overdue = async {
        if draining.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(DRAIN_DEADLINE).await;
    };
    tokio::select! {
        result = &mut serving => return result,
        () = overdue => {}
    }
    warn!(deadline_s = DRAIN_DEADLINE.as_secs(), "aborting the requests that still run at the deadline");
    abort.now();
    // The responses are being sent now. The service does not wait longer for a client that does not read its
    // response.
    timeout(ABORT_DEADLINE, serving).await.unwrap_or(Ok(()))
}

#[cfg(test)]
mod tests {
    use nix::sys::signal::{Signal, raise};

    use super::*;

    #[tokio::test]
    async fn a_signal_before_the_first_poll_is_not_lost() {
        let terminated = terminated();
        // Without a handler, this ends the test process.
        raise(Signal::SIGTERM).unwrap();
        timeout(Duration::from_secs(10), terminated).await.unwrap();
    }
}
