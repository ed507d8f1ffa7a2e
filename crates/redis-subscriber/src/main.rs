//! The executable `redis-subscriber`.

use std::process::ExitCode;

use anyhow::Context;
use redis_subscriber::config::{ABOUT, Config};
use redis_subscriber::{Listeners, run};
use telemetry::{Environment, Service, Settings, Telemetry, command_line, lifecycle};
use tokio::net::TcpListener;

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
    let admin = config.admin;
    let listeners =
        Listeners { admin: TcpListener::bind(admin).await.with_context(|| format!("cannot listen on {admin}"))? };
    run(listeners, telemetry.admin(), config, lifecycle::terminated()).await.context("cannot serve")
}
