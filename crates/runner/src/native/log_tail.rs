//! The last lines of a log file.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Only this much of the end of a file is read.
const WINDOW: u64 = 64 * 1024;

/// The last lines of a log file.
#[derive(Debug, Clone)]
pub struct LogTail {
    /// The file.
    pub log: PathBuf,
    /// The lines, without their line breaks.
    pub lines: Vec<String>,
}

impl LogTail {
    /// Reads the last `count` lines, or none if there is no such file.
    pub(crate) fn read(log: &Path, count: usize) -> Self {
        let text = end_of(log).unwrap_or_default();
        let skipped = text.lines().count().saturating_sub(count);
        Self { log: log.to_owned(), lines: text.lines().skip(skipped).map(str::to_owned).collect() }
    }
}

/// What is printed at the end of an error.
impl fmt::Display for LogTail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.lines.as_slice() {
            [] => write!(f, "{} is empty", self.log.display()),
            lines => write!(f, "the end of {}:{}", self.log.display(), indented(lines)),
        }
    }
}

/// Lines of a program, below a message.
pub(super) fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("\n    {line}")).collect()
}

fn end_of(log: &Path) -> io::Result<String> {
    let mut file = File::open(log)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(WINDOW)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_come_in_their_order() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("a.log");
        std::fs::write(&log, "one\ntwo\nthree\n").unwrap();
        assert_eq!(LogTail::read(&log, 2).lines, ["two", "three"]);
        assert_eq!(LogTail::read(&log, 9).lines.len(), 3);
        assert!(LogTail::read(&dir.path().join("none"), 2).lines.is_empty());
    }
}
