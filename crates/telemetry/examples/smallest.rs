//! The smallest service: two routes, the admin listener, and a flush of all spans at exit.
//!
//! Run `cargo run -p telemetry --bin smallest`, then `curl -i 127.0.0.1:8000/hello/you`. The tests of this crate run
//! it as a separate process, because the environment and the OpenTelemetry globals exist once per process.

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
    // 1. Read all settings from the environment, and report all invalid ones together.
    let environment = Environment::from_process();
    let mut parser = environment.parser();
    let addresses = [parser.listen("LAB_SMALLEST_HTTP", 8000), parser.listen("LAB_SMALLEST_ADMIN", 9464)];
    let settings = Settings::read(&mut parser);
    if let Err(bad) = parser.finish() {
        return bad.report();
    }
    // 2. Set up telemetry before the first span could start.
    let service = Service { name: "smallest", version: env!("CARGO_PKG_VERSION") };
    let Ok(telemetry) = telemetry::init(service, settings) else {
        return ExitCode::FAILURE;
    };
    // 3. Serve, and flush the spans even after an error.
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
    let terminated = lifecycle::terminated();
    lifecycle::ready();
    let result = lifecycle::serve(http, app, terminated).await;
    lifecycle::stopping();
    shown.abort();
    result
}

async fn hello(Path(name): Path<String>) -> String {
    info!(length = name.len(), "greeting");
    format!("hello {name}")
}

/// Starts `spans` root spans, faster than they can be exported.
async fn burst(Path(spans): Path<u32>) {
    for _ in 0..spans {
        span::root("burst", async {}).await;
    }
}
