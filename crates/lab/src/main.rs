//! `lab`: parse, open the lab, do what was asked, and end with a documented exit code.

use std::process::ExitCode;

use clap::Parser;
use lab::cli::Cli;
use lab::exit::Exit;
use lab::report::console::complain;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    match lab::command::dispatch(cli) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            complain(&format!("{:#}", failure.error));
            failure.exit.into()
        }
    }
}

/// Help and version are no mistakes; a mistake is 64, not clap's 2, which means something else here.
fn usage(error: &clap::Error) -> ExitCode {
    // Nothing can be done about a closed stderr.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage.into() } else { Exit::Proved.into() }
}
