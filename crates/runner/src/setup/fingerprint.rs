//! Names a build after the files that pin it, so that a changed pin is a new build.

use std::io;
use std::path::PathBuf;

/// 64-bit FNV-1a over names and contents: it tells versions apart, it protects nothing (the hashes in go.sum do).
///
/// # Errors
/// When a file cannot be read.
pub(super) fn of(recipe: &str, files: &[PathBuf]) -> io::Result<String> {
    let mut hash = Fnv::default();
    hash.add(recipe.as_bytes());
    for file in files {
        hash.add(file.file_name().unwrap_or_default().as_encoded_bytes());
        hash.add(&std::fs::read(file)?);
    }
    Ok(format!("{:016x}", hash.0))
}

struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Adds bytes and their number, so that no two lists of byte strings run together.
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&bytes.len().to_le_bytes()) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_pin_is_another_build() {
        let dir = tempfile::tempdir().unwrap();
        let pin = dir.path().join("go.sum");
        std::fs::write(&pin, "a").unwrap();
        let before = of("1", std::slice::from_ref(&pin)).unwrap();
        assert_eq!(of("1", std::slice::from_ref(&pin)).unwrap(), before);
        assert_ne!(of("2", std::slice::from_ref(&pin)).unwrap(), before);
        std::fs::write(&pin, "b").unwrap();
        assert_ne!(of("1", &[pin]).unwrap(), before);
    }
}
