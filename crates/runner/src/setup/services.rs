//! The workspace's own services: built by cargo beside `lab`, or found where a package has put them.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::search::{is_program, on_path};
use super::setup_context::SetupContext;
use super::setup_error::SetupError;
use super::work::Work;

/// How long cargo may take.
const CARGO_WITHIN: Duration = Duration::from_secs(45 * 60);

/// The services' programs. `LAB_BIN_DIR` takes precedence. A `lab` that cargo has built builds them, so that they are
/// never older than their sources. Otherwise they are beside `lab` or on PATH.
pub(super) async fn programs(
    setup: &SetupContext<'_>,
    names: &[String],
) -> Result<BTreeMap<String, PathBuf>, SetupError> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (folder, path, why) = match setup.variable("LAB_BIN_DIR") {
        Some(dir) => (Path::new(dir), "", "not in LAB_BIN_DIR"),
        None => (beside(setup), setup.path(), "neither beside `lab` nor on PATH"),
    };
    if is_built_by_cargo(setup) && setup.root.join("Cargo.toml").is_file() {
        build(setup, names).await?;
    }
    let found = |name: &String| {
        let file = Some(folder.join(name)).filter(|file| is_program(file)).or_else(|| on_path(path, name));
        let file = file.ok_or_else(|| SetupError::Missing {
            name: format!("the service `{name}`"),
            why: why.to_owned(),
            instruction: "run `cargo build --workspace`, or set LAB_BIN_DIR to the folder of the services".to_owned(),
        })?;
        Ok((name.clone(), file))
    };
    names.iter().map(found).collect()
}

/// Whether cargo is going to build a service that does not exist yet.
pub(super) fn are_missing(setup: &SetupContext<'_>, names: &[String]) -> bool {
    is_built_by_cargo(setup) && !names.iter().all(|name| is_program(&beside(setup).join(name)))
}

/// Whether cargo builds the services: `lab` is in one of its `target/<profile>`.
fn is_built_by_cargo(setup: &SetupContext<'_>) -> bool {
    setup.variable("LAB_BIN_DIR").is_none() && beside(setup).join(".cargo-lock").is_file()
}

/// The folder of `lab`.
fn beside<'a>(setup: &SetupContext<'a>) -> &'a Path {
    setup.lab.parent().unwrap_or(Path::new("/"))
}

async fn build(setup: &SetupContext<'_>, names: &[String]) -> Result<(), SetupError> {
    let instead = "set LAB_BIN_DIR to a folder that contains the services";
    let cargo = setup.variable("CARGO").map(PathBuf::from).or_else(|| on_path(setup.path(), "cargo"));
    let cargo = cargo.ok_or_else(|| SetupError::Missing {
        name: "the lab's services".to_owned(),
        why: "setup needs `cargo`".to_owned(),
        instruction: format!("install Rust (https://rustup.rs), or {instead}"),
    })?;
    let work = Work::begin(setup, "services", format!("correct this checkout, or {instead}"), CARGO_WITHIN)?;
    work.run(work.command(cargo, setup.root).args(arguments(names, beside(setup)))).await?;
    work.done();
    Ok(())
}

/// The same profile and target folder as those of `lab`. The whole workspace, so that cargo resolves the same features
/// for all and compiles no dependency twice.
fn arguments(names: &[String], beside: &Path) -> Vec<OsString> {
    let folder = beside.file_name().unwrap_or_default();
    let profile = if folder == "debug" { "dev".as_ref() } else { folder };
    let target = beside.parent().unwrap_or(beside).as_os_str();
    let options =
        ["build".as_ref(), "--profile".as_ref(), profile, "--target-dir".as_ref(), target, "--workspace".as_ref()];
    let bins = names.iter().flat_map(|name| ["--bin".as_ref(), name.as_ref()]);
    options.into_iter().chain(bins).map(OsStr::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_built_as_lab_was() {
        let line = |dir: &str| {
            let args = arguments(&["users".to_owned()], Path::new(dir));
            args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(line("/t/debug"), "build --profile dev --target-dir /t --workspace --bin users");
        assert_eq!(line("/t/release"), "build --profile release --target-dir /t --workspace --bin users");
    }
}
