//! OpenTelemetry for the services of the lab: set-up, propagation, spans, metrics about spans, and the admin
//! listener.
//!
//! This crate contains no code that is specific to one service. The services depend on this crate and not on the
//! `opentelemetry` crates. If two versions of those are in one program, the program compiles and loses context
//! without an error.
//!
//! # Layout
//!
//! - Configuration and set-up: [`Environment`], [`Settings`], `resource`, `sampler`, `propagation`, `providers`,
//!   `subscriber`, `log`, [`init()`], [`Telemetry`]
//! - Processing of every span: `processor` (the stages), `baggage` (copies baggage to attributes), `redaction`
//!   (removes secrets)
//! - Counting: `ledger` (the counters), `exporter`, `export_client` and `self_metrics` (update them), `admin` (serves
//!   them), `shutdown_report` (logs them at exit)
//! - Instrumentation: [`http_server`], [`http_client`], [`redis_client`], [`messaging`], [`span`], [`attributes`]
//! - Metrics that a service defines: [`metrics`], [`View`]
//! - Everything around a request: [`limits`], [`TimeoutFactor`], [`problem`]
//! - A process from start to exit: [`command_line`], [`Listeners`], [`AdminServer`], [`lifecycle`]
//!
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

mod abort_requests;
mod admin;
mod admin_server;
pub mod attributes;
pub mod backoff;
mod baggage;
pub mod command_line;
pub mod connections;
mod defect;
mod environment;
mod error_chain;
mod export_client;
mod exporter;
pub mod http_client;
pub mod http_server;
mod init;
mod init_error;
mod ledger;
pub mod lifecycle;
pub mod limits;
mod listeners;
mod log;
#[cfg(test)]
mod message_tests;
pub mod messaging;
pub mod metrics;
pub mod problem;
mod processor;
mod propagation;
mod providers;
pub mod query;
mod redaction;
pub mod redis_client;
mod resource;
mod sampler;
mod scopes;
mod self_metrics;
mod service;
mod settings;
mod shutdown_report;
pub mod span;
mod subscriber;
mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
mod timeout_factor;
mod view;

pub use admin_server::AdminServer;
pub use defect::Defect;
pub use environment::{BadEnvironment, ENV_LISTEN, Environment, Parser, Peer, Variable};
pub use error_chain::error_chain;
pub use init::init;
pub use init_error::InitError;
pub use listeners::{ListenError, Listeners, bind};
pub use opentelemetry::{Context, KeyValue};
pub use service::Service;
pub use settings::Settings;
pub use telemetry::Telemetry;
pub use timeout_factor::{ENV_TIMEOUT_FACTOR, TimeoutFactor};
pub use view::View;
