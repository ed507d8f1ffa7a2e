//! Ctrl-C and SIGTERM.

use anyhow::Result;
use tokio::signal::unix::{SignalKind, signal};

use crate::exit::{Exit, Failure};

/// The output of a future, unless Ctrl-C or SIGTERM comes first.
///
/// # Errors
/// When it was interrupted.
pub async fn interruptible<T>(future: impl Future<Output = T>) -> Result<T> {
    tokio::select! {
        value = future => Ok(value),
        () = interrupted() => Err(Failure::new(Exit::Interrupted, "interrupted").into()),
    }
}

/// Returns at Ctrl-C or SIGTERM.
pub async fn interrupted() {
    let (Ok(mut int), Ok(mut term)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = int.recv() => {}
        _ = term.recv() => {}
    }
}
