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
use std::io;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use telemetry::http_server::CapturedHeaders;
use telemetry::limits::{Limits, limited};
use telemetry::{http_server, lifecycle, query};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::error::RemoteUsersError;
use crate::people::{People, Person};
use crate::served::Served;

/// The default of the parameter `count`.
const DEFAULT_COUNT: u64 = 20;

/// The bound listeners.
#[derive(Debug)]
pub struct Listeners {
    /// For requests.
    pub http: TcpListener,
    /// For the admin routes: health, metrics, ended spans and sampler.
    pub admin: TcpListener,
}

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
) -> io::Result<()> {
    let seed = config.seed.unwrap_or_else(fake::rand::random);
    let (address, admin_address) = (listeners.http.local_addr()?, listeners.admin.local_addr()?);
    tracing::info!(%address, admin = %admin_address, seed, "serving");
    let app = app(Arc::new(People::from_seed(seed)), config.headers);

    // The admin listener stops last, so that it shows the drain.
    let drained = CancellationToken::new();
    let admin = tokio::spawn(lifecycle::serve(listeners.admin, admin, drained.clone().cancelled_owned()));
    lifecycle::ready();
    let served = lifecycle::serve(listeners.http, app, async {
        shutdown.await;
        lifecycle::stopping();
    });
    let result = served.await;
    drained.cancel();
    admin.await??;
    result
}

async fn get_users(
    State((people, served)): State<(Arc<People>, Served)>,
    Query(parameters): Query<query::Parameters>,
) -> Result<Json<Vec<Person>>, RemoteUsersError> {
    let most = people::POPULATION as u64;
    let count = query::whole(&parameters, "count", DEFAULT_COUNT, 1..=most).map_err(RemoteUsersError::Count)?;
    served.record(count, parameters.iter().any(|(name, _)| name == "count"));
    let count = usize::try_from(count).unwrap_or(people::POPULATION);
    Ok(Json(people.first(count).to_vec()))
}
