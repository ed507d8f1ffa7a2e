//! The service `remote-users`: it returns fictitious people and calls no other service, so its SERVER span has no
//! child spans.
//!
//! # Layout
//! - [`config`]: the settings
//! - [`people`]: the fictitious people
//! - [`served`]: the histogram of people per response
//! - [`error`]: errors and their responses

pub mod config;
pub mod error;
pub mod people;
pub mod served;

use std::future::Future;
use std::sync::Arc;

use anyhow::Context as _;
use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use telemetry::http_server::CapturedHeaders;
use telemetry::limits::{Limits, limited};
use telemetry::{AdminServer, Listeners, http_server, lifecycle, query};

use crate::config::Config;
use crate::error::RemoteUsersError;
use crate::people::{People, Person};
use crate::served::Served;

/// The default of the parameter `count`.
const DEFAULT_COUNT: u64 = 20;

/// The routes, with limits and tracing.
pub fn app(people: Arc<People>, headers: CapturedHeaders) -> Router {
    let routes = Router::new().route("/get_users", get(get_users)).with_state((people, Served::default()));
    http_server::hooked(limited(routes, Limits::default()), headers)
}

/// Serves until `shutdown` completes. Returns when the last request has its response.
///
/// # Errors
///
/// Returns an error if a listener fails.
pub async fn run(
    listeners: Listeners,
    admin: Router,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let seed = config.seed.unwrap_or_else(fake::rand::random);
    let Listeners { http, admin: admin_listener } = listeners;
    tracing::info!(address = %http.local_addr()?, admin = %admin_listener.local_addr()?, seed, "serving");
    let app = app(Arc::new(People::from_seed(seed)), config.headers);

    let admin = AdminServer::start(admin_listener, admin);
    lifecycle::ready();
    let served = lifecycle::serve(http, app, async {
        shutdown.await;
        lifecycle::stopping();
    })
    .await;
    admin.stop().await.context("the admin listener failed")?;
    served.context("the HTTP listener failed")
}

async fn get_users(
    State((people, served)): State<(Arc<People>, Served)>,
    Query(parameters): Query<query::Parameters>,
) -> Result<Json<Vec<Person>>, RemoteUsersError> {
    let most = people::POPULATION as u64;
    let count = query::integer(&parameters, "count", DEFAULT_COUNT, 1..=most).map_err(RemoteUsersError::Count)?;
    served.record(count, parameters.iter().any(|(name, _)| name == "count"));
    let count = usize::try_from(count).unwrap_or(people::POPULATION);
    Ok(Json(people.first(count).to_vec()))
}
