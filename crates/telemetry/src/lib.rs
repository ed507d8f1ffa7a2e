//! OpenTelemetry for the services of the lab: set-up, propagation, spans, metrics about spans, and the admin listener.
//!
//! It knows no service.  The services know this crate and no `opentelemetry` crate: two versions of those in one
//! program compile and lose context without a word.
//!
//! # Layout
//!
//! Reading and setting up: [`Environment`] and [`Settings`] · `resource` · `sampler` · `propagation` · `providers` ·
//! `subscriber` · `log` · [`init`].
//! Every span: `processor` (the stages) · `baggage` (what is copied onto it) · `redaction` (what is taken out).
//! Counting: `ledger` (the book) · `exporter`, `self_metrics` (who write it) · `admin` (who shows it).
//! Instrumenting: [`http_server`] · [`http_client`] · [`redis_client`] · [`messaging`] · [`span`] · [`attributes`].
//! Metrics of a service: [`metrics`] · [`View`].
//! Around it: [`limits`] · [`Patience`] · [`problem`] · [`lifecycle`].
#![cfg_attr(feature = "testing", doc = "Tests: [`testing`].")]
//!
//! # Example
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use telemetry::{Environment, Service, Settings, http_server, lifecycle, limits};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let environment = Environment::from_process();
//! let mut parser = environment.parser();
//! let address = parser.listen("LAB_USERS_HTTP", 8000);
//! let settings = Settings::read(&mut parser);
//! parser.finish()?;
//! let telemetry = telemetry::init(Service { name: "users", version: "0.1.0" }, settings)?;
//!
//! let routes = Router::new().route("/user", get(async || "someone"));
//! let app = http_server::traced(limits::limited(routes, limits::Limits::default()));
//! let listener = tokio::net::TcpListener::bind(address).await?;
//! lifecycle::serve(listener, app, lifecycle::terminated()).await?;
//! telemetry.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod admin;
pub mod attributes;
pub mod backoff;
mod baggage;
pub mod command_line;
pub mod connections;
mod cut;
mod defect;
mod environment;
mod exporter;
pub mod http_client;
pub mod http_server;
mod init;
mod ledger;
pub mod lifecycle;
pub mod limits;
mod log;
pub mod messaging;
pub mod metrics;
mod patience;
pub mod problem;
mod processor;
mod propagation;
mod providers;
pub mod query;
mod redaction;
pub mod redis_client;
mod redis_connection;
mod resource;
mod sampler;
mod scopes;
mod self_metrics;
mod settings;
pub mod span;
mod subscriber;
#[cfg(feature = "testing")]
pub mod testing;
mod view;

pub use defect::Defect;
pub use environment::{BadEnvironment, ENV_LISTEN, Environment, Parser, Peer};
pub use init::{InitError, Service, Telemetry, init};
pub use opentelemetry::{Context, KeyValue};
pub use patience::{ENV_TIMEOUT_FACTOR, Patience};
pub use settings::Settings;
pub use view::View;
