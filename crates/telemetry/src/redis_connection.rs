//! One connection to Redis for a whole process: opened when first needed, shared by all requests, replaced once it is broken.
//!
//! The redis crate's own `ConnectionManager` reports a broken connection by failing the next command.  A service cannot
//! send a failed PUBLISH again, because it may have been delivered.  Here a command is only ever sent on a connection
//! that is not known to be broken, so that the first command after Redis returned succeeds and none needs a second try.

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

/// A connection that every clone shares.
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
    /// Notes where Redis is, and does not connect yet: a service starts without Redis.
    pub(crate) fn new(peer: &Peer, timeouts: Timeouts) -> RedisResult<Self> {
        let info: ConnectionInfo = ConnectionAddr::Tcp(peer.host.clone(), peer.port).into_connection_info()?;
        // RESP3 because it alone tells the client of a disconnection while no command is waiting.
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings))?;
        Ok(Self { client, timeouts, current: Arc::default() })
    }

    /// Sends one command and waits for its answer, within one deadline for connecting and answering.
    pub(crate) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        let deadline = Instant::now() + self.timeouts.total;
        let mut current = timeout_at(deadline, self.connected()).await.map_err(|_| deadline_exceeded())??;
        let answer = timeout_at(deadline, command.query_async(&mut current.connection)).await;
        let answer = answer.unwrap_or_else(|_| Err(deadline_exceeded()));
        // A connection that keeps silent is not trusted either: its peer may be gone without a word.
        if answer.as_ref().is_err_and(|error: &RedisError| error.is_unrecoverable_error() || error.is_timeout()) {
            current.broken.store(true, Ordering::Relaxed);
        }
        answer
    }

    /// The connection, or a new one in its place.  Whoever comes while one is being opened waits for it.
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
