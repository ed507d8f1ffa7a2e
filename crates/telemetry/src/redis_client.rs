//! Redis commands with a CLIENT span each, and PUBLISH as the sending of a message.
//!
//! Attributes are the [conventions for Redis](https://opentelemetry.io/docs/specs/semconv/db/redis/).  The command's
//! arguments stay off the span: here they are e-mail addresses.

use std::time::Duration;

use opentelemetry_semantic_conventions::attribute::{
    DB_NAMESPACE, DB_OPERATION_NAME, DB_SYSTEM_NAME, SERVER_ADDRESS, SERVER_PORT,
};
use redis::{Cmd, FromRedisValue, RedisError};
use serde_json::{Map, Value};
use tracing::{Instrument as _, Span, info_span};

use crate::environment::Peer;
use crate::messaging::{Channel, count_deliveries};
use crate::redis_connection::RedisConnection;
use crate::{Patience, attributes, span};

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For a command, connecting included.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_millis(500), total: Duration::from_secs(2) }
    }
}

impl Timeouts {
    /// The usual ones, multiplied.
    #[must_use]
    pub fn with(patience: Patience) -> Self {
        let Self { connect, total } = Self::default();
        Self { connect: patience.of(connect), total: patience.of(total) }
    }
}

/// A connection that comes back by itself.  Clones share it.
#[derive(Clone, Debug)]
pub struct Redis {
    connection: RedisConnection,
    peer: Peer,
}

/// Why a command has no answer: Redis could not be reached in time, or refused it.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] RedisError);

impl Error {
    /// A few distinct words, for `error.type`: the prefix of Redis' own errors, such as WRONGTYPE, or what broke.
    #[must_use]
    pub fn error_type(&self) -> String {
        let Self(error) = self;
        let name = match error.code() {
            _ if error.is_timeout() => "timeout",
            _ if error.is_io_error() => "connection_error",
            Some(prefix) => prefix,
            None => "redis_error",
        };
        name.to_owned()
    }
}

impl Redis {
    /// A client that connects with its first command, so that a service starts without Redis.
    ///
    /// # Errors
    ///
    /// When the address is not usable.
    pub fn new(peer: Peer, timeouts: Timeouts) -> Result<Self, Error> {
        Ok(Self { connection: RedisConnection::new(&peer, timeouts)?, peer })
    }

    /// GET: the value of a key, if there is one.
    ///
    /// # Errors
    ///
    /// When Redis does not answer; the span says so.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        self.traced("GET", redis::cmd("GET").arg(key)).await
    }

    /// SET with an expiry, in milliseconds precision.
    ///
    /// # Errors
    ///
    /// When Redis does not answer; the span says so.
    pub async fn set(&self, key: &str, value: Vec<u8>, expiry: Duration) -> Result<(), Error> {
        let milliseconds = u64::try_from(expiry.as_millis()).unwrap_or(u64::MAX);
        self.traced("SET", redis::cmd("SET").arg(key).arg(value).arg("PX").arg(milliseconds)).await
    }

    /// PUBLISH: sends a message and answers how many received it.
    ///
    /// # Errors
    ///
    /// When Redis does not answer; the span says so.
    pub async fn publish(&self, channel: &str, message: Map<String, Value>) -> Result<u64, Error> {
        let channel = Channel::redis(channel, self.peer.clone());
        // A PRODUCER span and no CLIENT span: to the trace this is a message on its way, not a question and its answer.
        let outgoing = channel.outgoing(message);
        let text = outgoing.text().to_owned();
        let publish = async {
            let command = redis::cmd("PUBLISH").arg(channel.destination()).arg(text).to_owned();
            let receivers = self.connection.command(&command).await?;
            // Inside the span: while it is live nobody takes the figures for final.
            count_deliveries(&channel, receivers);
            Ok(receivers)
        };
        outgoing.deliver_with(publish, Error::error_type).await
    }

    async fn traced<T: FromRedisValue>(&self, operation: &'static str, command: &Cmd) -> Result<T, Error> {
        let span = self.open(operation);
        let result = self.connection.command(command).instrument(span.clone()).await.map_err(Error);
        if let Err(error) = &result {
            span::fail(&span, error.error_type(), error.to_string());
        }
        result
    }

    fn open(&self, operation: &'static str) -> Span {
        info_span!(
            target: "otel", "redis command",
            otel.name = operation,
            otel.kind = "client",
            { DB_SYSTEM_NAME } = attributes::SYSTEM_REDIS,
            { DB_OPERATION_NAME } = operation,
            // The database's number, as a string: 0 is the one that every connection starts with.
            { DB_NAMESPACE } = "0",
            { SERVER_ADDRESS } = self.peer.host,
            { SERVER_PORT } = i64::from(self.peer.port),
        )
    }
}
