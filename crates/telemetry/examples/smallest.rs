//! The smallest service: one route, the admin listener, and every span flushed at the end.
//!
//! `cargo run -p telemetry --bin smallest`, then `curl -i 127.0.0.1:8000/hello/you`.  This crate's tests run it as a
//! process of its own, because the environment and the globals are there once per process.

use std::io;
use std::process::ExitCode;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use telemetry::http_server::traced;
use telemetry::lifecycle;
use telemetry::limits::{Limits, limited};
use telemetry::{Environment, Service, Settings, Telemetry, span};
use tokio::net::TcpListener;
use tracing::info;

#[tokio::main]
async fn main() -> ExitCode {
    // 1. Everything from the environment, and everything that is wrong with it at once.
    let environment = Environment::from_process();
    let mut parser = environment.parser();
    let addresses = [parser.listen("LAB_SMALLEST_HTTP", 8000), parser.listen("LAB_SMALLEST_ADMIN", 9464)];
    let settings = Settings::read(&mut parser);
    if let Err(bad) = parser.finish() {
        return bad.report();
    }
    // 2. Telemetry before anything that could be worth a span.
    let service = Service { name: "smallest", version: env!("CARGO_PKG_VERSION") };
    let Ok(telemetry) = telemetry::init(service, settings) else {
        return ExitCode::FAILURE;
    };
    // 3. Serve, and flush whatever came of it.
    let result = serve(addresses, &telemetry).await;
    telemetry.shutdown().await;
    if result.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn serve([http, admin]: [std::net::SocketAddr; 2], telemetry: &Telemetry) -> io::Result<()> {
    let routes = Router::new().route("/hello/{name}", get(hello)).route("/burst/{spans}", get(burst));
    let app = traced(limited(routes, Limits::default()));
    let (http, admin) = (TcpListener::bind(http).await?, TcpListener::bind(admin).await?);
    info!(address = %http.local_addr()?, admin = %admin.local_addr()?, "serving");
    let shown = tokio::spawn(lifecycle::serve(admin, telemetry.admin(), std::future::pending()));
    lifecycle::ready();
    let result = lifecycle::serve(http, app, lifecycle::terminated()).await;
    lifecycle::stopping();
    shown.abort();
    result
}

async fn hello(Path(name): Path<String>) -> String {
    info!(length = name.len(), "greeting");
    format!("hello {name}")
}

/// As many root spans as asked for, faster than they can be exported.
async fn burst(Path(spans): Path<u32>) {
    for _ in 0..spans {
        span::root("burst", async {}).await;
    }
}
