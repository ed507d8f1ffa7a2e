//! The console: results on stdout, and nothing else there when a machine reads it.

use std::io::{IsTerminal, Write, stderr, stdout};
use std::time::Duration;

use ledger::{Pending, joined};
use verify::Narrator;

/// Where and how text is shown.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    machine: bool,
    verbose: bool,
    colour: bool,
}

/// The colors that the lab uses.
#[derive(Debug, Clone, Copy)]
pub enum Colour {
    /// Proved.
    Green,
    /// Refuted.
    Red,
    /// Skipped, or to be noted.
    Yellow,
    /// Of less interest.
    Dim,
}

impl Console {
    /// A console; colors only for a terminal, and never with `NO_COLOR` (<https://no-color.org>).
    #[must_use]
    pub fn new(machine: bool, verbose: bool, no_color: Option<&str>) -> Self {
        let colour = !machine && stdout().is_terminal() && no_color.is_none_or(str::is_empty);
        Self { machine, verbose, colour }
    }

    /// Whether a machine reads stdout.
    #[must_use]
    pub fn is_for_machines(&self) -> bool {
        self.machine
    }

    /// A line for people: on stdout, or on stderr when a machine reads stdout.
    pub fn line(&self, text: &str) {
        self.write(&format!("{text}\n"));
    }

    /// A piece of a line for people.
    pub fn write(&self, text: &str) {
        // A reader that has gone away is no reason to fail: the verdict is the exit code.
        let _ = if self.machine {
            stderr().write_all(text.as_bytes())
        } else {
            stdout().write_all(text.as_bytes()).and_then(|()| stdout().flush())
        };
    }

    /// A line that is only shown with `-v`.
    pub fn verbose(&self, text: impl FnOnce() -> String) {
        if self.verbose {
            self.line(&self.painted(Colour::Dim, &format!("   {}", text())));
        }
    }

    /// The document that a machine reads.
    pub fn document(&self, text: &str) {
        let _ = writeln!(stdout(), "{text}");
    }

    /// A text in a color, where colors are shown.
    #[must_use]
    pub fn painted(&self, colour: Colour, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let code = match colour {
            Colour::Green => 32,
            Colour::Red => 31,
            Colour::Yellow => 33,
            Colour::Dim => 2,
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

impl Narrator for Console {
    fn step_begins(&self, caption: &str) {
        self.verbose(|| format!("step: {caption}"));
    }

    fn settling(&self, elapsed: Duration, pending: &[Pending]) {
        self.verbose(|| format!("settling {:.1} s: {}", elapsed.as_secs_f64(), joined(pending)));
    }
}

/// An error for people, on one or more lines of stderr.
pub fn complain(text: &str) {
    let _ = writeln!(stderr(), "lab: {text}");
}
