//! One subscription: it passes on messages until the connection to Redis is lost or the service stops.

use std::future::Future;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use redis::Client;
use redis::aio::{PubSubSink, PubSubStream};
use tokio::task::unconstrained;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::error::SubscriptionError;

/// The time that Redis has to respond, before the timeout factor is applied.
const DEADLINE: Duration = Duration::from_secs(2);
/// The interval of pings. Without them a connection whose peer has disappeared would look idle.
const PING_INTERVAL: Duration = Duration::from_secs(5);

/// Opens subscriptions.
#[derive(Debug)]
pub struct Source {
    client: Client,
    deadline: Duration,
}

impl Source {
    /// Creates a source for the address of Redis, without a connection.
    ///
    /// # Errors
    ///
    /// Returns an error if the address is invalid.
    pub fn new(config: &Config) -> redis::RedisResult<Self> {
        let client = Client::open((config.redis.host.as_str(), config.redis.port))?;
        Ok(Self { client, deadline: config.timeout_factor.scale(DEADLINE) })
    }
}

/// A confirmed subscription.
pub struct Subscription {
    channel: &'static str,
    sink: PubSubSink,
    messages: PubSubStream,
    deadline: Duration,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Subscription").field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl Subscription {
    /// Connects and subscribes. From then on no message is missed while the connection lasts.
    ///
    /// # Errors
    ///
    /// Returns an error if Redis is unreachable, does not respond in time, or returns an error.
    pub async fn begin(source: &Source, channel: &'static str) -> Result<Self, SubscriptionError> {
        let deadline = source.deadline;
        let (mut sink, messages) = within(deadline, source.client.get_async_pubsub()).await?.split();
        within(deadline, sink.subscribe(channel)).await?;
        Ok(Self { channel, sink, messages, deadline })
    }

    /// Calls `process` with each message, one after the other, until `stop` is canceled.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection is lost or Redis does not respond to a ping in time.
    pub async fn each<F: Future<Output = ()>>(
        mut self,
        process: impl Fn(Vec<u8>) -> F,
        stop: &CancellationToken,
    ) -> Result<(), SubscriptionError> {
        let mut ping = interval(PING_INTERVAL);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                message = self.messages.next() => match message {
                    Some(message) => process(message.get_payload_bytes().to_vec()).await,
                    None => return Err(SubscriptionError::Closed),
                },
                _ = ping.tick() => within(self.deadline, self.sink.ping::<redis::Value>()).await.map(drop)?,
                () = stop.cancelled() => return self.end(process).await,
            }
        }
    }

    /// Unsubscribes, and then processes the messages that have already arrived, because Redis has counted them as
    /// delivered.
    async fn end<F: Future<Output = ()>>(mut self, process: impl Fn(Vec<u8>) -> F) -> Result<(), SubscriptionError> {
        within(self.deadline, self.sink.unsubscribe(self.channel)).await?;
        // Redis has confirmed the end of the subscription, so all its messages are here and no wait is necessary.
        while let Some(Some(message)) = unconstrained(self.messages.next()).now_or_never() {
            process(message.get_payload_bytes().to_vec()).await;
        }
        Ok(())
    }
}

async fn within<T>(
    deadline: Duration,
    response: impl Future<Output = redis::RedisResult<T>>,
) -> Result<T, SubscriptionError> {
    Ok(timeout(deadline, response).await.map_err(|_| SubscriptionError::Timeout)??)
}
