//! The service `redis-subscriber`: it processes messages from a Redis channel, each in a CONSUMER span.
//!
//! # Layout
//! - [`config`]: the settings
//! - [`subscription`]: one subscription, from connect to end
//! - [`message`]: processes one message
//! - [`error`]: reasons why there is no subscription

pub mod config;
pub mod error;
pub mod message;
pub mod subscription;

use std::future::Future;

use anyhow::Context as _;
use axum::Router;
use telemetry::backoff::Backoff;
use telemetry::{AdminServer, connections, lifecycle};
use tokio::net::TcpListener;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

pub use crate::config::CHANNEL;
use crate::config::Config;
use crate::error::SubscriptionError;
use crate::message::Messages;
use crate::subscription::{Source, Subscription};

/// Processes messages until `shutdown` completes, and subscribes again whenever the subscription is lost. The service has
/// only admin routes.
///
/// # Errors
///
/// Returns an error if the address of Redis is invalid or the admin listener fails.
pub async fn run(
    admin_listener: TcpListener,
    admin: Router,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    tracing::info!(admin = %admin_listener.local_addr()?, "serving");
    let source = Source::new(&config).context("invalid address of Redis")?;
    let messages = Messages::new(config.redis.clone(), config.parent);
    let admin = AdminServer::start(admin_listener, admin);
    let stop = CancellationToken::new();
    tokio::spawn(stop_after(shutdown, stop.clone()));

    keep_subscribed(&source, &messages, &stop).await;
    admin.stop().await.context("the admin listener failed")
}

async fn stop_after(shutdown: impl Future<Output = ()>, stop: CancellationToken) {
    shutdown.await;
    lifecycle::stopping();
    stop.cancel();
}

async fn keep_subscribed(source: &Source, messages: &Messages, stop: &CancellationToken) {
    let mut backoff = Backoff::default();
    while !stop.is_cancelled() {
        let lost = subscribe(source, messages, stop, &mut backoff).await;
        if let Err(error) = lost {
            connections::failed("subscription", error.error_type());
            tracing::warn!(%error, channel = CHANNEL, "the subscription failed; retrying");
        }
        tokio::select! {
            () = sleep(backoff.next_delay()) => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn subscribe(
    source: &Source,
    messages: &Messages,
    stop: &CancellationToken,
    backoff: &mut Backoff,
) -> Result<(), SubscriptionError> {
    let subscription = tokio::select! {
        subscription = Subscription::begin(source, CHANNEL) => subscription?,
        () = stop.cancelled() => return Ok(()),
    };
    connections::opened("subscription");
    tracing::info!(channel = CHANNEL, "subscribed");
    backoff.reset();
    // The service is ready once it is subscribed: it receives every message from now on. After a reconnection the
    // notification is repeated, which has no effect.
    lifecycle::ready();
    subscription.each(|payload| messages.process(payload), stop).await
}
