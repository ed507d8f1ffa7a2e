//! The server of the admin routes. A service stops it last, so that the routes show the drain.

use std::io;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::lifecycle;

/// A running server of admin routes.
#[derive(Debug)]
pub struct AdminServer {
    stop: oneshot::Sender<()>,
    serving: JoinHandle<io::Result<()>>,
}

impl AdminServer {
    /// Starts to serve `routes`, which [`Telemetry::admin`](crate::Telemetry::admin) returns. The server also stops when
    /// the value is dropped.
    pub fn start(listener: TcpListener, routes: Router) -> Self {
        let (stop, stopped) = oneshot::channel();
        // Nothing is sent: the sender is only dropped, and the result is always an error.
        let stopped = async move { drop(stopped.await) };
        Self { stop, serving: tokio::spawn(lifecycle::serve(listener, routes, stopped)) }
    }

    /// Stops the server and waits for its last response.
    ///
    /// # Errors
    ///
    /// Returns an error if the listener has failed.
    pub async fn stop(self) -> io::Result<()> {
        drop(self.stop);
        self.serving.await?
    }
}
