//! remote-users: the service behind users, which knows the people.  It calls nobody: the last hop of a trace.
//!
//! # Layout
//! - [`config`]: what the environment says
//! - [`people`]: the fictitious people
//! - [`served`]: how many of them each answer had, measured
//! - [`error`]: what a client can do wrong

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

/// How many people are answered if the client does not say.
const DEFAULT_COUNT: u64 = 20;

/// The bound listeners.
#[derive(Debug)]
pub struct Listeners {
    /// For requests.
    pub http: TcpListener,
    /// For health, metrics and ended spans.
    pub admin: TcpListener,
}

/// The routes, traced.
pub fn app(people: Arc<People>, headers: CapturedHeaders) -> Router {
    let routes = Router::new().route("/get_users", get(get_users)).with_state((people, Served::default()));
    http_server::hooked(limited(routes, Limits::default()), headers)
}

/// Serves until `shutdown`, then until the last request is answered.
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

    // The admin listener outlives the others: a drain can be watched.
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
