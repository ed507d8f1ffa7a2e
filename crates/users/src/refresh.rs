//! The timer that refreshes the cache; no request causes a refresh, so each one starts a new trace.

use std::time::Duration;

use telemetry::span;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use crate::cache::UserCache;
use crate::error::UsersError;

/// Refreshes the cache after every interval until `stop` is canceled. A running refresh is completed, so its span
/// ends.
///
/// The first refresh happens after one interval: a service that has just started sends no requests without a cause.
pub async fn every(interval: Duration, cache: UserCache, stop: CancellationToken) {
    let mut ticks = interval_at(Instant::now() + interval, interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            _ = ticks.tick() => span::root("refresh cache", refresh(&cache)).await,
        }
    }
}

async fn refresh(cache: &UserCache) {
    match cache.refresh().await {
        Ok(users) => tracing::info!(users = users.len(), "cache refreshed"),
        Err(error) => UsersError::from(error).record(),
    }
}
