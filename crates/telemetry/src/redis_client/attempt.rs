//! One attempt to connect to Redis. It runs in a task of its own, and all commands that need a connection share its
//! outcome.
//!
//! A command waits for a short time only, and the attempt goes on. While Redis accepts connections but does not reply,
//! or drops packets, later commands therefore fail at once. When Redis replies at last, the connection is usable at
//! once. A refused connection ends the attempt immediately, and the next command starts another one.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use redis::aio::{MultiplexedConnection, SendError};
use redis::{AsyncConnectionConfig, Client, PushInfo, PushKind, RedisError, RedisResult};
use tokio::time::{Instant, timeout};

use crate::connections;

/// A running or completed attempt. Clones share the outcome.
#[derive(Clone)]
pub(super) struct Attempt {
    started: Instant,
    outcome: Shared<BoxFuture<'static, RedisResult<Open>>>,
}

/// A connection that was opened. It may be broken by now.
#[derive(Clone)]
pub(super) struct Open {
    pub(super) connection: MultiplexedConnection,
    broken: Arc<AtomicBool>,
}

impl Attempt {
    /// Starts an attempt. It is given up after `limit`.
    pub(super) fn start(client: Client, limit: Duration) -> Self {
        let connect = async move { timeout(limit, connect(client)).await.unwrap_or_else(|_| Err(deadline_exceeded())) };
        let outcome = connect.boxed().shared();
        // A task of its own: the request that starts the attempt may be canceled.
        tokio::spawn(outcome.clone());
        Self { started: Instant::now(), outcome }
    }

    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// Waits for the outcome.
    pub(super) async fn outcome(self) -> RedisResult<Open> {
        self.outcome.await
    }

    /// Whether the attempt is still running, or has opened a connection that is not known to be broken.
    pub(super) fn is_useful(&self) -> bool {
        match self.outcome.peek() {
            None => true,
            Some(Ok(open)) => !open.broken.load(Ordering::Relaxed),
            Some(Err(_)) => false,
        }
    }
}

impl Open {
    /// Records that no other command can use the connection.
    pub(super) fn mark_broken(&self) {
        self.broken.store(true, Ordering::Relaxed);
    }
}

async fn connect(client: Client) -> RedisResult<Open> {
    let broken = Arc::new(AtomicBool::new(false));
    let notice = Arc::clone(&broken);
    // Without timeouts: the callers have deadlines.
    let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None).set_push_sender(
        move |push: PushInfo| {
            if push.kind == PushKind::Disconnection {
                notice.store(true, Ordering::Relaxed);
            }
            Ok::<(), SendError>(())
        },
    );
    let connection = client.get_multiplexed_async_connection_with_config(&config).await?;
    connections::opened("redis");
    tracing::info!("connected to Redis");
    Ok(Open { connection, broken })
}

/// The error of a command or an attempt that took too long.
pub(super) fn deadline_exceeded() -> RedisError {
    io::Error::new(io::ErrorKind::TimedOut, "no response from Redis within the time limit").into()
}
