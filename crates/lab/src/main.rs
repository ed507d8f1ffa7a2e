//! `lab`: parses the command line, runs the command, and exits with a documented exit code.

use std::process::ExitCode;

use clap::Parser;
use lab::cli::Cli;
use lab::exit::Exit;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Nothing can be done about a closed stderr.
            let _ = error.print();
            // clap exits with 2 after bad usage, which is the code of a refutation here. Help and version are not bad usage.
            return if error.use_stderr() { Exit::Usage } else { Exit::Proved }.into();
        }
    };
    let exit = lab::command::dispatch(cli).unwrap_or_else(|error| {
        lab::console::print_error(&error);
        Exit::from(&error)
    });
    exit.into()
}
