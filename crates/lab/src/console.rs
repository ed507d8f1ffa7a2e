//! The console: results on stdout; with `--json` nothing but the document there, and text on stderr.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use ledger::joined;
use terminal_size::terminal_size_of;
use verify::Progress;

/// Proved.
pub const GREEN: Style = AnsiColor::Green.on_default();
/// Refuted.
pub const RED: Style = AnsiColor::Red.on_default();
/// Skipped, or a note.
pub const YELLOW: Style = AnsiColor::Yellow.on_default();
/// Of less interest.
pub const DIM: Style = Style::new().dimmed();

/// The width where the output goes to a file or a pipe.
const PAGE: usize = 100;

/// Where text goes. Styles are removed where they are not shown: outside a terminal, or with `NO_COLOR`.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    /// Whether stdout is for one JSON document, and text goes to stderr.
    pub json: bool,
    /// Whether more is printed (`-v`).
    pub verbose: bool,
}

impl Console {
    /// Prints a line. In a terminal it is wrapped between words.
    pub fn line(&self, text: &str) {
        match self.terminal_width() {
            Some(width) => self.write(&format!("{}\n", wrapped(text, width))),
            None => self.write(&format!("{text}\n")),
        }
    }

    /// Prints a text as it is.
    pub fn write(&self, text: &str) {
        // A closed stdout is not a failure: the verdict is the exit code.
        let _ = if self.json {
            anstream::stderr().write_all(text.as_bytes())
        } else {
            let mut stdout = anstream::stdout();
            stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
        };
    }

    /// Prints a line if `-v` was given.
    pub fn verbose(&self, text: impl FnOnce() -> String) {
        if self.verbose {
            self.line(&styled(DIM, &format!("   {}", text())));
        }
    }

    /// Prints what happens during a check, if `-v` was given.
    pub fn progress(&self, progress: &Progress<'_>) {
        self.verbose(|| match progress {
            Progress::Step(caption) => format!("step: {caption}"),
            Progress::Settling(elapsed, pending) => {
                format!("settling {:.1} s: {}", elapsed.as_secs_f64(), joined(pending))
            }
        });
    }

    /// Prints the JSON document.
    pub fn document(&self, text: &str) {
        let _ = writeln!(std::io::stdout(), "{text}");
    }

    /// The number of columns for pictures of traces.
    #[must_use]
    pub fn width(&self) -> usize {
        self.terminal_width().unwrap_or(PAGE)
    }

    fn terminal_width(&self) -> Option<usize> {
        let size = if self.json { terminal_size_of(std::io::stderr()) } else { terminal_size_of(std::io::stdout()) };
        size.map(|(width, _)| width.0.into())
    }
}

/// Prints an error on stderr.
pub fn print_error(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "lab: {error:#}");
}

/// A text in a style.
#[must_use]
pub fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// A line wrapped between words; the lines that follow are indented further than the first.
pub(crate) fn wrapped(text: &str, width: usize) -> String {
    let plain = anstream::adapter::strip_str(text).to_string();
    let indent = plain.len() - plain.trim_start().len() + 4;
    textwrap::fill(text, textwrap::Options::new(width).subsequent_indent(&" ".repeat(indent)).break_words(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_wrapped_between_words_and_keeps_its_indentation_and_spaces() {
        assert_eq!(
            wrapped("   ledger  ended 7 = stored 7   lost 0", 24),
            "   ledger  ended 7 =\n       stored 7   lost 0"
        );
        assert_eq!(wrapped(&format!(" {} ok", styled(GREEN, "✔")), 5), format!(" {} ok", styled(GREEN, "✔")));
    }
}
