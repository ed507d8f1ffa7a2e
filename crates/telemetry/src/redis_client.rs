//! A Redis client that creates a CLIENT span for each command, and a PRODUCER span for PUBLISH.
//!
//! Attributes follow the [semantic conventions for Redis](https://opentelemetry.io/docs/specs/semconv/db/redis/). The
//! spans do not include the arguments of a command, because they contain e-mail addresses here.

mod attempt;
mod connection;
mod timeouts;

use std::time::Duration;

use opentelemetry_semantic_conventions::attribute::{
    DB_NAMESPACE, DB_OPERATION_NAME, DB_SYSTEM_NAME, SERVER_ADDRESS, SERVER_PORT,
};
use redis::{Cmd, FromRedisValue, RedisError};
use serde_json::{Map, Value};
use tracing::{Instrument as _, Span, info_span};

use crate::environment::Peer;
use crate::messaging::{Channel, Outgoing, count_deliveries};
use crate::{attributes, span};
use connection::Connection;
pub use timeouts::Timeouts;

/// A client that reconnects automatically. Clones share the connection.
#[derive(Clone, Debug)]
pub struct Redis {
    connection: Connection,
    peer: Peer,
}

/// A failed command: Redis was unreachable, did not respond in time, or returned an error.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] RedisError);

impl Error {
    /// The value of `error.type`: `timeout`, `connection_error`, the prefix of a Redis error such as `WRONGTYPE`, or
    /// `redis_error`.
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
    /// Creates a client. It connects when the first command is sent, so a service can start without Redis.
    ///
    /// # Errors
    ///
    /// Returns an error if the address is invalid.
    pub fn new(peer: Peer, timeouts: Timeouts) -> Result<Self, Error> {
        Ok(Self { connection: Connection::new(&peer, timeouts)?, peer })
    }

    /// GET: returns the value of a key, or `None` if the key does not exist.
    ///
    /// # Errors
    ///
    /// Returns an error if the command fails. The CLIENT span records it as `error.type`.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        self.traced("GET", redis::cmd("GET").arg(key)).await
    }

    /// SET with an expiry, in milliseconds.
    ///
    /// # Errors
    ///
    /// Returns an error if the command fails. The CLIENT span records it as `error.type`.
    pub async fn set(&self, key: &str, value: Vec<u8>, expiry: Duration) -> Result<(), Error> {
        let milliseconds = u64::try_from(expiry.as_millis()).unwrap_or(u64::MAX);
        self.traced("SET", redis::cmd("SET").arg(key).arg(value).arg("PX").arg(milliseconds)).await
    }

    /// PUBLISH: sends a message and returns the number of receivers.
    ///
    /// # Errors
    ///
    /// Returns an error if the command fails. The PRODUCER span records it as `error.type`.
    pub async fn publish(&self, channel: &str, message: Map<String, Value>) -> Result<u64, Error> {
        let channel = Channel::redis(channel, self.peer.clone());
        // A PRODUCER span instead of a CLIENT span: the trace shows a message to consumers, not a database command.
        let outgoing = Outgoing::new(&channel, message);
        let text = outgoing.text().to_owned();
        let publish = async {
            let command = redis::cmd("PUBLISH").arg(channel.destination()).arg(text).to_owned();
            let receivers = self.connection.command(&command).await?;
            // Inside the span: while a span is live, the counters are not final.
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
            // The index of the database, as a string. A new connection uses database 0.
            { DB_NAMESPACE } = "0",
            { SERVER_ADDRESS } = self.peer.host,
            { SERVER_PORT } = i64::from(self.peer.port),
        )
    }
}
