//! The executable `users`.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context;
use telemetry::{Environment, Service, Settings, Telemetry, command_line, lifecycle};
use tokio::net::TcpListener;
use users::config::{ABOUT, Config};
use users::{Listeners, run};

const NAME: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[tokio::main]
async fn main() -> ExitCode {
    let environment = Environment::from_process();
    let mut parser = environment.parser();
    let (config, settings) = (Config::read(&mut parser), Settings::read(&mut parser));
    if let Some(answered) = command_line::answer(NAME, VERSION, ABOUT, parser.variables()) {
        return answered;
    }
    if let Err(bad) = parser.finish() {
        return bad.report();
    }
    let telemetry = match telemetry::init(Service { name: NAME, version: VERSION }, settings) {
        Ok(telemetry) => telemetry,
        Err(error) => return command_line::exit(NAME, Err(error)),
    };
    let result = serve(config, &telemetry).await;
    telemetry.shutdown().await;
    command_line::exit(NAME, result)
}

async fn serve(config: Config, telemetry: &Telemetry) -> anyhow::Result<()> {
    let listeners = Listeners { http: bind(config.http).await?, admin: bind(config.admin).await? };
    run(listeners, telemetry.admin(), config, lifecycle::terminated()).await.context("cannot serve")
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}
