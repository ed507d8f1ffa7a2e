//! Looking for programs on a PATH.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The first program of that name on a PATH.
pub fn on_path(path: &str, name: &str) -> Option<PathBuf> {
    std::env::split_paths(path).filter(|dir| dir.is_absolute()).map(|dir| dir.join(name)).find(|file| is_program(file))
}

/// Whether a file can be run.
pub(super) fn is_program(file: &Path) -> bool {
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_run_is_found() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(one.path().join("go"), "").unwrap();
        std::fs::write(two.path().join("go"), "").unwrap();
        std::fs::set_permissions(two.path().join("go"), std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = std::env::join_paths([one.path(), two.path()]).unwrap().into_string().unwrap();
        assert_eq!(on_path(&path, "go"), Some(two.path().join("go")));
        assert_eq!(on_path(&path, "no"), None);
    }
}
