//! Names a build after the files that pin it, so that a changed pin is a new build.

use std::io;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

/// How many hexadecimal digits of the hash stand in a name: enough to tell versions apart. It protects nothing (the hashes in
/// go.sum do).
const DIGITS: usize = 16;

/// The SHA-256 of a recipe, and of the names and contents of files, shortened.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn from_files(recipe: &str, files: &[PathBuf]) -> io::Result<String> {
    let mut hash = Sha256::new();
    add(&mut hash, recipe.as_bytes());
    for file in files {
        add(&mut hash, file.file_name().unwrap_or_default().as_encoded_bytes());
        add(&mut hash, &std::fs::read(file)?);
    }
    let mut name = format!("{:x}", hash.finalize());
    name.truncate(DIGITS);
    Ok(name)
}

/// Adds bytes after their number, so that no two lists of byte strings run together.
fn add(hash: &mut Sha256, bytes: &[u8]) {
    hash.update(bytes.len().to_le_bytes());
    hash.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_pin_is_another_build() {
        let dir = tempfile::tempdir().unwrap();
        let pin = dir.path().join("go.sum");
        std::fs::write(&pin, "a").unwrap();
        let before = from_files("1", std::slice::from_ref(&pin)).unwrap();
        assert_eq!(from_files("1", std::slice::from_ref(&pin)).unwrap(), before);
        assert_ne!(from_files("2", std::slice::from_ref(&pin)).unwrap(), before);
        std::fs::write(&pin, "b").unwrap();
        assert_ne!(from_files("1", &[pin]).unwrap(), before);
        assert_eq!(before.len(), DIGITS);
    }
}
