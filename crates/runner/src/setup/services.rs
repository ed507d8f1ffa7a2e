//! The workspace's own services: built by cargo beside `lab`, or found where a package has put them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::command::{Command, Work};
use super::error::SetupError;
use super::search::{is_program, on_path};
use super::setup_context::SetupContext;

/// How long cargo may take.
const CARGO_WITHIN: Duration = Duration::from_secs(45 * 60);

/// Cargo finds out in less that there is nothing to do.
const WORTH_A_WORD: Duration = Duration::from_secs(3);

/// The services' programs. `LAB_BIN_DIR` wins; a `lab` that cargo has built builds them, so that they are never older than their
/// sources; otherwise they stand beside `lab` or on PATH.
pub(super) async fn programs(
    setup: &SetupContext<'_>,
    names: &[String],
) -> Result<BTreeMap<String, PathBuf>, SetupError> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    if let Some(dir) = setup.variable("LAB_BIN_DIR") {
        return found(
            names,
            |name| Some(Path::new(dir).join(name)).filter(|file| is_program(file)),
            "not in LAB_BIN_DIR",
        );
    }
    let beside = setup.lab.parent().unwrap_or(Path::new("/")).to_owned();
    if built_by_cargo(&beside) && setup.root.join("Cargo.toml").is_file() {
        build(setup, names, &beside).await?;
    }
    let find =
        |name: &str| Some(beside.join(name)).filter(|file| is_program(file)).or_else(|| on_path(setup.path(), name));
    found(names, find, "neither beside `lab` nor on PATH")
}

/// Whether a folder is one of cargo's `target/<profile>`.
pub(super) fn built_by_cargo(dir: &Path) -> bool {
    dir.join(".cargo-lock").is_file()
}

fn found(
    names: &[String],
    find: impl Fn(&str) -> Option<PathBuf>,
    why: &str,
) -> Result<BTreeMap<String, PathBuf>, SetupError> {
    let one = |name: &String| {
        let file = find(name).ok_or_else(|| SetupError::Missing {
            name: format!("the service `{name}`"),
            why: why.to_owned(),
            instruction: "Run `cargo build --workspace`, or set LAB_BIN_DIR to the folder of the services".to_owned(),
        })?;
        Ok((name.clone(), file))
    };
    names.iter().map(one).collect()
}

async fn build(setup: &SetupContext<'_>, names: &[String], beside: &Path) -> Result<(), SetupError> {
    let work = Work::begin(
        setup,
        "services",
        "Cargo builds them from this checkout; LAB_BIN_DIR may name a folder that has them",
    )?;
    let cargo = setup.variable("CARGO").map(PathBuf::from).or_else(|| on_path(setup.path(), "cargo"));
    let program = cargo.ok_or_else(|| SetupError::Missing {
        name: "the lab's services".to_owned(),
        why: "no `cargo` on PATH to build them with".to_owned(),
        instruction: "Install Rust (https://rustup.rs), or set LAB_BIN_DIR to the folder of the services".to_owned(),
    })?;
    let args = arguments(names, beside);
    work.run(Command { program, args, dir: setup.root, env: BTreeMap::new(), within: CARGO_WITHIN }).await?;
    if work.elapsed() > WORTH_A_WORD {
        work.done();
    }
    Ok(())
}

/// The same profile and the same target folder as those of `lab`; of the whole workspace, so that cargo resolves the same
/// features for all and compiles no dependency twice.
fn arguments(names: &[String], beside: &Path) -> Vec<OsString> {
    let folder = beside.file_name().unwrap_or_default();
    let profile = if folder == "debug" { "dev".into() } else { folder.to_owned() };
    let mut args: Vec<OsString> = vec!["build".into(), "--profile".into(), profile];
    if let Some(target) = beside.parent() {
        args.extend(["--target-dir".into(), target.into()]);
    }
    args.push("--workspace".into());
    args.extend(names.iter().flat_map(|name| ["--bin".into(), name.into()]));
    args
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
