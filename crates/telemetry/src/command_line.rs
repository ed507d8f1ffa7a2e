//! The command line of a service: only `--help` and `--version`, because all settings are environment variables.

use std::process::ExitCode;

use crate::environment::{BadEnvironment, Variable};

/// Handles the first argument, if there is one. Returns the exit code of the process, or `None` if the service has to
/// start.
///
/// `about` is one sentence about the service, and `variables` are those that it reads.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the answers to a person at a terminal")]
pub fn answer(name: &str, version: &str, about: &str, variables: &[Variable]) -> Option<ExitCode> {
    let argument = std::env::args().nth(1)?;
    match argument.as_str() {
        "--help" | "-h" => println!("{name} {version}: {}", help(about, variables)),
        "--version" | "-V" => println!("{name} {version}"),
        other => {
            eprintln!("{name}: unknown argument {other:?}; see {name} --help");
            // The same code as for an invalid environment.
            return Some(ExitCode::from(BadEnvironment::EXIT_CODE));
        }
    }
    Some(ExitCode::SUCCESS)
}

fn help(about: &str, variables: &[Variable]) -> String {
    let lines: String = variables.iter().map(|variable| format!("\n  {variable}")).collect();
    format!("{about}\n\nEnvironment variables, besides those that the OpenTelemetry SDK reads itself:{lines}")
}

/// Converts the result of a service to its exit code: 0, or 1 with one line on standard error.
#[expect(clippy::print_stderr, reason = "the last words of a service that cannot go on")]
pub fn exit(name: &str, result: Result<(), impl std::fmt::Display>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}
