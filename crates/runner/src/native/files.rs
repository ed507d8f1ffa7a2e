//! Files in a part's state directory: those that are there before it starts, and new texts while it runs.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// Puts every file into `folder` that is not there yet: a part that starts again finds what was written last.
pub(super) fn put(folder: &Path, files: &BTreeMap<String, String>) -> io::Result<()> {
    files.iter().filter(|(name, _)| !folder.join(name).exists()).try_for_each(|(name, text)| write(folder, name, text))
}

/// Writes a file in one go: a reader finds the whole old text, or the whole new one.
pub(super) fn write(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let draft = folder.join(format!("{name}.draft"));
    std::fs::write(&draft, text)?;
    std::fs::rename(draft, folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_put_once_and_keeps_what_is_written_later() {
        let folder = tempfile::tempdir().unwrap();
        let files = BTreeMap::from([("strategies.json".to_owned(), "first".to_owned())]);
        let text = || std::fs::read_to_string(folder.path().join("strategies.json")).unwrap();
        put(folder.path(), &files).unwrap();
        assert_eq!(text(), "first");
        write(folder.path(), "strategies.json", "second").unwrap();
        put(folder.path(), &files).unwrap();
        assert_eq!(text(), "second");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
