//! One Redis connection per process: it is opened for the first command, shared by all requests, and replaced when it
//! is broken.
//!
//! The `ConnectionManager` of the `redis` crate reports a broken connection as an error of the next command. A
//! service cannot repeat a failed PUBLISH, because the message may have been delivered. This module sends a command
//! only on a connection that is not known to be broken. So the first command after Redis has returned succeeds
//! without a retry.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use redis::{Client, Cmd, ConnectionAddr, ConnectionInfo, FromRedisValue, IntoConnectionInfo};
use redis::{ProtocolVersion, RedisError, RedisResult};
use tokio::time::{Instant, timeout_at};

use super::attempt::{Attempt, Open, deadline_exceeded};
use super::timeouts::Timeouts;
use crate::environment::Peer;

/// A connection that all clones share.
#[derive(Clone)]
pub(super) struct Connection {
    client: Client,
    timeouts: Timeouts,
    latest: Arc<Mutex<Option<Attempt>>>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Connection").field("client", &self.client).finish_non_exhaustive()
    }
}

impl Connection {
    /// Stores the address and does not connect yet, so a service can start without Redis.
    pub(super) fn new(peer: &Peer, timeouts: Timeouts) -> RedisResult<Self> {
        let info: ConnectionInfo = ConnectionAddr::Tcp(peer.host.clone(), peer.port).into_connection_info()?;
        // Only RESP3 reports a disconnection while no command is pending.
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings))?;
        Ok(Self { client, timeouts, latest: Arc::default() })
    }

    /// Sends one command and waits for the reply. One deadline covers connecting and the reply.
    pub(super) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        let deadline = Instant::now() + self.timeouts.total;
        let mut open = self.connected(deadline).await?;
        let reply = timeout_at(deadline, command.query_async(&mut open.connection)).await;
        let reply = reply.unwrap_or_else(|_| Err(deadline_exceeded()));
        // A timeout also counts as broken: the peer may have disappeared without closing the connection.
        if reply.as_ref().is_err_and(|error: &RedisError| error.is_unrecoverable_error() || error.is_timeout()) {
            open.mark_broken();
        }
        reply
    }

    /// Returns the open connection, or the outcome of the attempt to open one.
    async fn connected(&self, deadline: Instant) -> RedisResult<Open> {
        let attempt = self.attempt();
        let connect_deadline = deadline.min(attempt.started() + self.timeouts.connect);
        // An outcome that is known already is returned after the deadline, too.
        timeout_at(connect_deadline, attempt.outcome()).await.unwrap_or_else(|_| Err(deadline_exceeded()))
    }

    /// Returns the attempt that led to the open connection or is still running, or starts a new one. So there is one
    /// attempt at a time, and no command waits for the attempts of others.
    fn attempt(&self) -> Attempt {
        // The value is replaced as a whole, so the data behind a poisoned lock is consistent.
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        match latest.as_ref().filter(|attempt| attempt.is_useful()) {
            Some(attempt) => attempt.clone(),
            None => latest.insert(Attempt::start(self.client.clone(), self.timeouts.total)).clone(),
        }
    }
}
