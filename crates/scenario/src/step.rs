//! One step of a scenario: what is done, under which fault, and what it must show.

use toml::Spanned;

use crate::action::Action;
use crate::check::Check;
use crate::document::{DocumentError, Parsed};
use crate::names::Names;
use crate::table::Table;

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// What must be seen, in one sentence.
    pub caption: String,
    /// Its line in the scenario file.
    pub line: usize,
    /// Behaviors of the bootcamp that it covers.
    pub covers: Vec<String>,
    /// What is done.
    pub action: Action,
    /// Parts that are stopped before the step and started again after it.
    pub stopped: Vec<String>,
    /// Parts that are killed before the step and stay dead.
    pub kill: Vec<String>,
    /// A service that gets SIGTERM while the step's requests are under way, and is started again after the step.
    pub terminate: Option<String>,
    /// A part that is paused when the step begins, and for how many milliseconds.
    pub pause: Option<(String, u64)>,
    /// A file of a part that gets another text before the step.
    pub write: Option<Write>,
    /// What it must show.
    pub check: Check,
}

/// A new text for a file in a part's state directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// The part.
    pub part: String,
    /// The file's name.
    pub file: String,
    /// The text.
    pub text: String,
}

impl Step {
    /// Whether the step needs a runner that can stop parts, or change their files.
    #[must_use]
    pub fn has_fault(&self) -> bool {
        let stops = !self.stopped.is_empty() || !self.kill.is_empty() || self.terminate.is_some();
        stops || self.pause.is_some() || self.write.is_some()
    }

    /// Reads one `[[step]]`.
    pub(crate) fn read(table: &mut Table<'_>, names: &Names<'_>) -> Parsed<Self> {
        let caption: String = table.require("caption")?;
        let terminate: Option<Spanned<String>> = table.take("terminate")?;
        Ok(Self {
            line: table.line(),
            covers: table.take_or_default("covers")?,
            stopped: names.parts("stopped", &table.take_or_default::<Vec<_>>("stopped")?)?,
            kill: names.parts("kill", &table.take_or_default::<Vec<_>>("kill")?)?,
            terminate: terminate.map(|part| names.part("terminate", &part)).transpose()?,
            pause: table.table("pause", |table| pause(table, names))?,
            write: table.table("write", |table| Write::read(table, names))?,
            check: Check::read(table, &caption, names)?,
            // Last, because it rejects the keys that no other has taken.
            action: Action::read(table, &caption, names)?,
            caption,
        })
    }
}

fn pause(table: &mut Table<'_>, names: &Names<'_>) -> Result<(String, u64), DocumentError> {
    Ok((names.part("pause", &table.require("part")?)?, table.require("ms")?))
}

impl Write {
    fn read(table: &mut Table<'_>, names: &Names<'_>) -> Parsed<Self> {
        Ok(Self {
            part: names.part_with_files("write", &table.require("part")?)?,
            file: names.file("file", &table.require("file")?)?,
            text: table.require("text")?,
        })
    }
}
