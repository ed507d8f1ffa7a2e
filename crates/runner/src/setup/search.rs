//! Looking for programs on a PATH.

use std::path::{Path, PathBuf};

/// The first program of that name on a PATH. Relative folders are ignored.
pub fn on_path(path: &str, name: &str) -> Option<PathBuf> {
    let absolute: Vec<PathBuf> = std::env::split_paths(path).filter(|dir| dir.is_absolute()).collect();
    // An empty PATH would mean the current folder.
    let absolute = std::env::join_paths(absolute).ok().filter(|path| !path.is_empty())?;
    which::which_in_global(name, Some(absolute)).ok()?.next()
}

/// Whether a file is executable.
pub(super) fn is_program(file: &Path) -> bool {
    which::which_in(file, None::<&str>, "/").is_ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

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
        let up: PathBuf = std::env::current_dir().unwrap().components().skip(1).map(|_| "..").collect();
        let relative = up.join(two.path().strip_prefix("/").unwrap());
        assert!(relative.join("go").is_file());
        assert_eq!(on_path(relative.to_str().unwrap(), "go"), None);
        let here =
            tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o755)).tempfile_in(".").unwrap();
        assert_eq!(
            on_path("", here.path().file_name().unwrap().to_str().unwrap()),
            None,
            "it is in the current folder"
        );
        assert!(is_program(&two.path().join("go")) && !is_program(&one.path().join("go")) && !is_program(two.path()));
    }
}
