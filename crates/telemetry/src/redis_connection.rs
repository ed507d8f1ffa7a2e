//! One Redis connection per process: it is opened for the first command, shared by all requests, and replaced when it
//! is broken.
//!
//! The `ConnectionManager` of the `redis` crate reports a broken connection as an error of the next command. A
//! service cannot repeat a failed PUBLISH, because the message may have been delivered. This module sends a command
//! only on a connection that is not known to be broken. So the first command after Redis has returned succeeds
//! without a retry.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ConnectionInfo, FromRedisValue, IntoConnectionInfo};
use redis::{ProtocolVersion, PushInfo, PushKind, RedisError, RedisResult};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

use crate::connections;
use crate::environment::Peer;
use crate::redis_client::Timeouts;

/// A connection that all clones share.
#[derive(Clone)]
pub(crate) struct RedisConnection {
    client: Client,
    timeouts: Timeouts,
    current: Arc<Mutex<Option<Current>>>,
}

#[derive(Clone)]
struct Current {
    connection: MultiplexedConnection,
    broken: Arc<AtomicBool>,
}

impl fmt::Debug for RedisConnection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RedisConnection").field("client", &self.client).finish_non_exhaustive()
    }
}

impl RedisConnection {
    /// Stores the address and does not connect yet, so a service can start without Redis.
    pub(crate) fn new(peer: &Peer, timeouts: Timeouts) -> RedisResult<Self> {
        let info: ConnectionInfo = ConnectionAddr::Tcp(peer.host.clone(), peer.port).into_connection_info()?;
        // Only RESP3 reports a disconnection while no command is pending.
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings))?;
        Ok(Self { client, timeouts, current: Arc::default() })
    }

    /// Sends one command and waits for the reply. One deadline covers connecting and the reply.
    pub(crate) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        let deadline = Instant::now() + self.timeouts.total;
        let mut current = timeout_at(deadline, self.connected()).await.map_err(|_| deadline_exceeded())??;
        let answer = timeout_at(deadline, command.query_async(&mut current.connection)).await;
        let answer = answer.unwrap_or_else(|_| Err(deadline_exceeded()));
        // A timeout also counts as broken: the peer may have disappeared without closing the connection.
        if answer.as_ref().is_err_and(|error: &RedisError| error.is_unrecoverable_error() || error.is_timeout()) {
            current.broken.store(true, Ordering::Relaxed);
        }
        answer
    }

    /// Returns the connection, or opens a new one. Concurrent callers wait for it.
    async fn connected(&self) -> RedisResult<Current> {
        let mut slot = self.current.lock().await;
        if let Some(current) = slot.as_ref().filter(|current| !current.broken.load(Ordering::Relaxed)) {
            return Ok(current.clone());
        }
        let current = self.connect().await?;
        Ok(slot.insert(current).clone())
    }

    async fn connect(&self) -> RedisResult<Current> {
        let broken = Arc::new(AtomicBool::new(false));
        let notice = Arc::clone(&broken);
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.timeouts.connect))
            .set_response_timeout(None)
            .set_push_sender(move |push: PushInfo| {
                if push.kind == PushKind::Disconnection {
                    notice.store(true, Ordering::Relaxed);
                }
                Ok::<(), redis::aio::SendError>(())
            });
        let connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        connections::opened("redis");
        tracing::info!("connected to Redis");
        Ok(Current { connection, broken })
    }
}

fn deadline_exceeded() -> RedisError {
    std::io::Error::new(std::io::ErrorKind::TimedOut, "Redis did not answer in time").into()
}
