//! The timer that refreshes the cache.  No request asks for it, so each refresh is a trace of its own.

use std::time::Duration;

use telemetry::span;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use crate::cache::UserCache;
use crate::error::UsersError;

/// Refreshes the cache after every interval until `stop`.  One that has begun is finished, so that its span ends.
///
/// The first refresh comes after one interval and not at once: a service that just started has sent nothing by itself.
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
