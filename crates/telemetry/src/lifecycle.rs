//! How a service starts, says that it is ready, is told to stop, and drains.

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

use crate::cut::Cut;

/// How long requests may take to finish once the process was told to stop.
pub const DRAIN_DEADLINE: Duration = Duration::from_secs(10);

/// How long the answers to requests that were cut off may take.
const CUT_DEADLINE: Duration = Duration::from_secs(1);

/// Waits for SIGTERM (a service manager) or SIGINT (Ctrl-C).
///
/// A process that cannot listen for signals stops at once: it could not be stopped cleanly later.
pub async fn terminated() {
    let name = match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        },
        (Err(error), _) | (_, Err(error)) => {
            warn!(%error, "signals cannot be received");
            return;
        }
    };
    info!(signal = name, "told to stop");
}

/// Tells the service manager that all listeners are bound.  Without a manager (no `NOTIFY_SOCKET`) this does nothing.
pub fn ready() {
    notify(NotifyState::Ready);
}

/// Tells the service manager that draining has begun.
pub fn stopping() {
    notify(NotifyState::Stopping);
}

fn notify(state: NotifyState<'_>) {
    // `false`: the variable stays, since removing it would change the environment under other threads.
    if let Err(error) = sd_notify::notify(false, &[state]) {
        warn!(%error, "the service manager was not reached");
    }
}

/// Serves until `stop`, then lets requests finish for at most [`DRAIN_DEADLINE`]; those that last longer are cut off, so
/// that their spans end before telemetry is shut down.
///
/// Handlers learn the client's address (`client.address` on the span).  WebSockets are not requests and are not awaited:
/// whoever holds them closes them.
///
/// # Errors
///
/// When the listener cannot accept connections.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let cut = Cut::default();
    let (stopped, draining) = oneshot::channel();
    let signal = async move {
        stop.await;
        // Nobody listens any more when serving has already ended with an error.
        let _ = stopped.send(());
    };
    let service = cut.over(router).into_make_service_with_connect_info::<SocketAddr>();
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
    warn!(deadline_s = DRAIN_DEADLINE.as_secs(), "requests were still running at the deadline");
    cut.now();
    // Their answers are on the way now; a client that does not read its answer is not waited for.
    timeout(CUT_DEADLINE, serving).await.unwrap_or(Ok(()))
}
