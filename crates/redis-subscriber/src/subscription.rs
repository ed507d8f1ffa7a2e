//! One subscription from its beginning to its end: messages are handed on until Redis goes away or we stop.

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

/// How long Redis may take to answer.
const DEADLINE: Duration = Duration::from_secs(2);
/// How often Redis is asked whether it is there: a connection whose other end vanished says nothing by itself.
const PING_INTERVAL: Duration = Duration::from_secs(5);

/// Where subscriptions are made.
#[derive(Debug)]
pub struct Source {
    client: Client,
    deadline: Duration,
}

impl Source {
    /// Remembers where Redis is, and connects to nobody yet.
    pub fn new(config: &Config) -> redis::RedisResult<Self> {
        let client = Client::open((config.redis.host.as_str(), config.redis.port))?;
        Ok(Self { client, deadline: config.patience.of(DEADLINE) })
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
    /// Connects and subscribes.  From here on no message is missed, as long as the connection holds.
    pub async fn begin(source: &Source, channel: &'static str) -> Result<Self, SubscriptionError> {
        let deadline = source.deadline;
        let (mut sink, messages) = answered(deadline, source.client.get_async_pubsub()).await?.split();
        answered(deadline, sink.subscribe(channel)).await?;
        Ok(Self { channel, sink, messages, deadline })
    }

    /// Gives every message to `take`, one after the other.  Ends with an error when the connection does.
    pub async fn each<F: Future<Output = ()>>(
        mut self,
        take: impl Fn(Vec<u8>) -> F,
        stop: &CancellationToken,
    ) -> Result<(), SubscriptionError> {
        let mut ping = interval(PING_INTERVAL);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                message = self.messages.next() => match message {
                    Some(message) => take(message.get_payload_bytes().to_vec()).await,
                    None => return Err(SubscriptionError::Closed),
                },
                _ = ping.tick() => answered(self.deadline, self.sink.ping::<redis::Value>()).await.map(drop)?,
                () = stop.cancelled() => return self.end(take).await,
            }
        }
    }

    /// Unsubscribes, then takes what had arrived before: Redis counted us as its receiver.
    async fn end<F: Future<Output = ()>>(mut self, take: impl Fn(Vec<u8>) -> F) -> Result<(), SubscriptionError> {
        answered(self.deadline, self.sink.unsubscribe(self.channel)).await?;
        // Confirmed: whatever came before is already here, so nothing is waited for.
        while let Some(Some(message)) = unconstrained(self.messages.next()).now_or_never() {
            take(message.get_payload_bytes().to_vec()).await;
        }
        Ok(())
    }
}

async fn answered<T>(
    deadline: Duration,
    answer: impl Future<Output = redis::RedisResult<T>>,
) -> Result<T, SubscriptionError> {
    Ok(timeout(deadline, answer).await.map_err(|_| SubscriptionError::Silent)??)
}
