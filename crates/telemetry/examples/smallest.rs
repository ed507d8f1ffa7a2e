//! The smallest service: two routes, the admin listener, and a flush of all spans at exit.
//!
//! Run `cargo run -p telemetry --bin smallest`, then `curl -i 127.0.0.1:8000/hello/you`. The tests of this crate run
//! it as a separate process, because the environment and the OpenTelemetry globals exist once per process.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use telemetry::http_server::traced;
use telemetry::limits::{Limits, limited};
use telemetry::{AdminServer, Environment, Listeners, Service, Settings, command_line, lifecycle, span};
use tokio::net::TcpListener;
use tracing::info;

const SERVICE: Service = Service { name: "smallest", version: env!("CARGO_PKG_VERSION") };

#[tokio::main]
async fn main() -> ExitCode {
    // 1. Read all settings from the environment, and report all invalid ones together.
    let environment = Environment::from_process();
    let mut parser = environment.parser();
    let addresses = [parser.listen("LAB_SMALLEST_HTTP", 8000), parser.listen("LAB_SMALLEST_ADMIN", 9464)];
    let settings = Settings::read(&mut parser);
    if let Some(code) = command_line::exit_early(SERVICE, "Greets each client.", parser) {
        return code;
    }
    command_line::exit_code(SERVICE, run(addresses, settings).await)
}

async fn run([http, admin]: [SocketAddr; 2], settings: Settings) -> Result<(), Box<dyn Error + Send + Sync>> {
    let Listeners { http, admin } = Listeners::bind(http, admin).await?;
    // 2. Set up telemetry before the first span starts.
    let telemetry = telemetry::init(SERVICE, settings)?;
    // 3. Serve.
    let result = serve(http, admin, telemetry.admin()).await;
    // 4. Flush the spans, also after an error.
    telemetry.shutdown().await;
    Ok(result?)
}

async fn serve(http: TcpListener, admin: TcpListener, admin_routes: Router) -> io::Result<()> {
    let routes = Router::new().route("/hello/{name}", get(hello)).route("/burst/{spans}", get(burst));
    let app = traced(limited(routes, Limits::default()));
    info!(address = %http.local_addr()?, admin = %admin.local_addr()?, "serving");
    let admin = AdminServer::start(admin, admin_routes);
    let terminated = lifecycle::terminated();
    lifecycle::ready();
    let result = lifecycle::serve(http, app, terminated).await;
    lifecycle::stopping();
    admin.stop().await?;
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
