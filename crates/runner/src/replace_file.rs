//! Replaces or removes a file, so that its readers never find a part of it.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

/// Replaces the text of a file at once. Without a text, removes the file if it exists.
///
/// # Errors
/// When the file, or the draft beside it, cannot be written.
pub fn replace_file(file: &Path, text: Option<&str>) -> io::Result<()> {
    let Some(text) = text else {
        let removed = fs::remove_file(file);
        return removed.or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) });
    };
    let mut draft = file.as_os_str().to_owned();
    draft.push(".draft");
    fs::write(&draft, text)?;
    fs::rename(draft, file)
}
