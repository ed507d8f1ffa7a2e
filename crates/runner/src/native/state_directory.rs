//! The folder that is a part's working directory and its STATE_DIRECTORY.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use crate::replace_file::replace_file;

/// The state directory of a part.
#[derive(Debug)]
pub struct StateDirectory {
    pub(super) path: PathBuf,
}

impl StateDirectory {
    /// Creates the folder and those of the files that do not exist: a part that starts again finds the latest text of
    /// each.
    pub(super) fn create(&self, files: &BTreeMap<String, String>) -> io::Result<()> {
        fs::create_dir_all(&self.path)?;
        let missing = files.iter().filter(|(name, _)| !self.path.join(name).exists());
        missing.into_iter().try_for_each(|(name, text)| self.write(name, Some(text)))
    }

    /// Reads the text of a file, if it exists.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, file: &str) -> io::Result<Option<String>> {
        match fs::read_to_string(self.path.join(file)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            text => text.map(Some),
        }
    }

    /// Replaces the text of a file at once, so that a reader never finds a part of it. Without a text, removes the
    /// file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, file: &str, text: Option<&str>) -> io::Result<()> {
        replace_file(&self.path.join(file), text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_created_once_and_keeps_what_is_written_later() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDirectory { path: folder.path().join("state") };
        let files = BTreeMap::from([("strategies.json".to_owned(), "first".to_owned())]);
        let text = || state.read("strategies.json").unwrap();
        state.create(&files).unwrap();
        assert_eq!(text().as_deref(), Some("first"));
        state.write("strategies.json", Some("second")).unwrap();
        state.create(&files).unwrap();
        assert_eq!(text().as_deref(), Some("second"));
        assert_eq!(fs::read_dir(&state.path).unwrap().count(), 1);
        state.write("strategies.json", None).unwrap();
        state.write("strategies.json", None).unwrap();
        assert_eq!(text(), None);
    }
}
