//! One program by its name: on PATH first, then in the lab's cache, as `setup` searches for its tools.

use std::path::{Path, PathBuf};

use super::cache::Cache;
use super::search::{is_program, on_path};
use super::setup_error::SetupError;
use super::{debian, go_build};
use crate::programs::{External, Origin, externals};

/// The program of that name. A name with a `/` is a path.
///
/// # Errors
/// When there is no such program, or the files that pin the tools of the cache cannot be read.
pub fn lookup(name: &str, path: &str, cache: &Cache, root: &Path) -> Result<PathBuf, SetupError> {
    let missing = |why: String, instruction: &str| SetupError::Missing {
        name: format!("`{name}`"),
        why,
        instruction: instruction.to_owned(),
    };
    if name.contains('/') {
        let file = Some(PathBuf::from(name)).filter(|file| is_program(file));
        let why = "not an executable file".to_owned();
        return file.ok_or_else(|| missing(why, "check the path and its permissions"));
    }
    if let Some(program) = on_path(path, name) {
        return Ok(program);
    }
    let mut instruction = "install it, or add its folder to PATH";
    for external in externals().filter(|known| known.name() == name || known.clients.contains(&name)) {
        let file = folder(cache, root, external)?.join(name);
        if is_program(&file) {
            return Ok(file);
        }
        instruction = "run `cargo lab setup` to put it into the cache, or add its folder to PATH";
    }
    let cache = cache.tools();
    Err(missing(format!("neither on PATH ({path}) nor in the lab's cache ({})", cache.display()), instruction))
}

/// The folder of a program of the cache and its clients, whether they exist or not.
pub(super) fn folder(cache: &Cache, root: &Path, external: &External) -> Result<PathBuf, SetupError> {
    Ok(match external.origin {
        Origin::Debian(_) => debian::folder(&cache.place(&debian::name(external))),
        Origin::Go(build) => cache.place(&go_build::name(external, build, root)?),
    })
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
        let cache = Cache { dir: dir.path().join("cache") };
        let bin = dir.path().join("bin");
        let found = |name: &str| lookup(name, bin.to_str().unwrap(), &cache, Path::new(ROOT)).ok();
        assert_eq!(found("redis-cli"), None);
        let redis = externals().find(|external| external.clients.contains(&"redis-cli")).unwrap();
        let cached = program(&folder(&cache, Path::new(ROOT), redis).unwrap().join("redis-cli"));
        assert_eq!(found("redis-cli"), Some(cached));
        let on_path = program(&bin.join("redis-cli"));
        assert_eq!(found("redis-cli"), Some(on_path.clone()));
        assert_eq!(found(on_path.to_str().unwrap()), Some(on_path));
    }

    #[test]
    fn a_program_that_is_missing_is_reported_with_the_searched_places() {
        let cache = Cache { dir: "/cache".into() };
        let message = |name: &str| lookup(name, "/nowhere", &cache, Path::new(ROOT)).unwrap_err().to_string();
        assert_eq!(
            message("redis-cli"),
            "cannot find `redis-cli`: neither on PATH (/nowhere) nor in the lab's cache (/cache/tools)\n\
             run `cargo lab setup` to put it into the cache, or add its folder to PATH"
        );
        assert!(message("papyrus").ends_with("\ninstall it, or add its folder to PATH"));
        assert_eq!(
            message("./papyrus"),
            "cannot find `./papyrus`: not an executable file\ncheck the path and its permissions"
        );
    }
}
