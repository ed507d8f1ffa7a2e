//! The executable `users`.

use std::process::ExitCode;

use telemetry::{Environment, Listeners, Service, Settings, command_line, lifecycle};
use users::config::{ABOUT, Config};

const SERVICE: Service = Service { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };

#[tokio::main]
async fn main() -> ExitCode {
    // All settings are environment variables. The parser collects the invalid ones, to report them together.
    let environment = Environment::from_process();
    let mut parser = environment.parser();
    let (config, settings) = (Config::read(&mut parser), Settings::read(&mut parser));
    if let Some(code) = command_line::exit_early(SERVICE, ABOUT, parser) {
        return code;
    }
    command_line::exit_code(SERVICE, run(config, settings).await)
}

async fn run(config: Config, settings: Settings) -> anyhow::Result<()> {
    let listeners = Listeners::bind(config.http, config.admin).await?;
    // OpenTelemetry is set up before the first span starts.
    let telemetry = telemetry::init(SERVICE, settings)?;
    let result = users::run(listeners, telemetry.admin(), config, lifecycle::terminated()).await;
    // The last step, also after an error: it exports the spans that are still in the queue.
    telemetry.shutdown().await;
    result
}
