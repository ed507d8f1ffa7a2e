//! The command line of a service: `--help`, `--version`, nothing else, because all configuration is in the environment.

use std::process::ExitCode;

/// `EX_USAGE` of sysexits.h, as for a bad environment.
const USAGE: u8 = 64;

/// Answers the arguments, if there are any: then the service does not start.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the answers to a person at a terminal")]
pub fn answer(name: &str, version: &str, help: &str) -> Option<ExitCode> {
    let argument = std::env::args().nth(1)?;
    match argument.as_str() {
        "--help" | "-h" => println!("{name} {version}: {help}"),
        "--version" | "-V" => println!("{name} {version}"),
        other => {
            eprintln!("{name}: unknown argument {other:?}; see {name} --help");
            return Some(ExitCode::from(USAGE));
        }
    }
    Some(ExitCode::SUCCESS)
}

/// Ends `main`: 0, or one line on standard error and 1.
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
