//! One program by its name: on PATH first, then in the lab's cache, which is the order in which `setup` looks for its tools.

use std::path::{Path, PathBuf};

use super::cache::Cache;
use super::error::SetupError;
use super::search::{is_program, on_path};
use super::{debian, go_build};
use crate::programs::{External, Origin, externals};

/// Why a program was not found; every message says where it was searched and what to do.
#[derive(Debug, thiserror::Error)]
pub enum LookupError {
    /// Neither on PATH nor in the cache.
    #[error("cannot find `{name}` on PATH ({path}) or in the lab's cache ({})\n{instruction}", cache.display())]
    Name {
        /// The name of the program.
        name: String,
        /// The PATH that was searched.
        path: String,
        /// The cache that was searched.
        cache: PathBuf,
        /// What to do: a sentence.
        instruction: String,
    },
    /// The name is a path, and it leads to no executable file.
    #[error("cannot run `{0}`: there is no executable file at this path\ncheck the path and its permissions")]
    File(String),
    /// The files that pin the tools of the cache cannot be read.
    #[error(transparent)]
    Cache(#[from] SetupError),
}

/// The program of that name; a name with a `/` is a path.
///
/// # Errors
/// When there is no such program, or the files that pin the tools of the cache cannot be read.
pub fn lookup(name: &str, path: &str, cache: &Cache, root: &Path) -> Result<PathBuf, LookupError> {
    if name.contains('/') {
        let file = Path::new(name);
        return is_program(file).then(|| file.to_owned()).ok_or_else(|| LookupError::File(name.to_owned()));
    }
    if let Some(program) = on_path(path, name) {
        return Ok(program);
    }
    in_cache(name, cache, root)?.ok_or_else(|| LookupError::Name {
        name: name.to_owned(),
        path: path.to_owned(),
        cache: cache.tools(),
        instruction: instruction(name),
    })
}

/// The folder in which a program of the cache and its clients stand, whether they are there or not.
pub(super) fn folder(cache: &Cache, root: &Path, external: &External) -> Result<PathBuf, SetupError> {
    Ok(match external.origin {
        Origin::Debian(_) => debian::folder(&cache.place(&debian::name(external))),
        Origin::Go(build) => cache.place(&go_build::name(external, build, root)?),
    })
}

fn in_cache(name: &str, cache: &Cache, root: &Path) -> Result<Option<PathBuf>, SetupError> {
    for external in externals().filter(|external| external.brings(name)) {
        let file = folder(cache, root, external)?.join(name);
        if is_program(&file) {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

fn instruction(name: &str) -> String {
    match externals().any(|external| external.brings(name)) {
        true => "run `cargo lab setup` to put it into the cache, or add its folder to PATH".to_owned(),
        false => "install it, or add its folder to PATH".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

    fn program(file: &Path) -> PathBuf {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "").unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
        file.to_owned()
    }

    #[test]
    fn a_program_on_path_comes_before_that_of_the_cache() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path().join("cache"));
        let bin = dir.path().join("bin");
        let found = |name: &str| lookup(name, bin.to_str().unwrap(), &cache, Path::new(ROOT)).ok();
        assert_eq!(found("redis-cli"), None);
        let redis = externals().find(|external| external.brings("redis-cli")).unwrap();
        let cached = program(&folder(&cache, Path::new(ROOT), redis).unwrap().join("redis-cli"));
        assert_eq!(found("redis-cli"), Some(cached));
        let on_path = program(&bin.join("redis-cli"));
        assert_eq!(found("redis-cli"), Some(on_path.clone()));
        assert_eq!(found(on_path.to_str().unwrap()), Some(on_path));
    }

    #[test]
    fn a_program_that_is_missing_is_reported_with_the_searched_places() {
        let cache = Cache::new("/cache".into());
        let message = |name: &str| lookup(name, "/nowhere", &cache, Path::new(ROOT)).unwrap_err().to_string();
        assert_eq!(
            message("redis-cli"),
            "cannot find `redis-cli` on PATH (/nowhere) or in the lab's cache (/cache/tools)\n\
             run `cargo lab setup` to put it into the cache, or add its folder to PATH"
        );
        assert!(message("papyrus").ends_with("\ninstall it, or add its folder to PATH"));
        assert_eq!(
            message("./papyrus"),
            "cannot run `./papyrus`: there is no executable file at this path\ncheck the path and its permissions"
        );
    }
}
