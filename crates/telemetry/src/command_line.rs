//! The command line of a service: only `--help` and `--version`, because all settings are environment variables.

use std::error::Error;
use std::process::ExitCode;

use crate::environment::{BadEnvironment, Parser, Variable};
use crate::error_chain::error_chain;
use crate::service::Service;

/// Returns the exit code if the process has to exit before the service starts: because of an argument, or because a
/// variable is invalid. Returns `None` if the service has to start.
///
/// `about` is one sentence about the service, for `--help`. Call it when the parser has read all variables.
pub fn exit_early(service: Service, about: &str, parser: Parser<'_>) -> Option<ExitCode> {
    match std::env::args().nth(1) {
        Some(argument) => Some(handle(&argument, service, about, parser.variables())),
        None => parser.finish().err().map(|bad| bad.report()),
    }
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the output for a person at a terminal")]
fn handle(argument: &str, Service { name, version }: Service, about: &str, variables: &[Variable]) -> ExitCode {
    match argument {
        "--help" | "-h" => println!("{name} {version}: {}", help(name, about, variables)),
        "--version" | "-V" => println!("{name} {version}"),
        other => {
            eprintln!("{name}: unknown argument `{other}`; run `{name} --help`");
            // The same code as for an invalid environment.
            return ExitCode::from(BadEnvironment::EXIT_CODE);
        }
    }
    ExitCode::SUCCESS
}

fn help(name: &str, about: &str, variables: &[Variable]) -> String {
    let lines: String = variables.iter().map(|variable| format!("\n  {variable}")).collect();
    format!(
        "{about}\n\nUsage: {name} [--help | --version]\n\n\
         Environment variables (the OpenTelemetry SDK also reads other `OTEL_*` variables):{lines}"
    )
}

/// Converts the result of a service to its exit code: 0, or 1 with the error and its causes in one line on standard error.
#[expect(clippy::print_stderr, reason = "the last line of a service that failed; the subscriber may not exist")]
pub fn exit_code(service: Service, result: Result<(), impl AsRef<dyn Error + Send + Sync>>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {}", service.name, error_chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}
