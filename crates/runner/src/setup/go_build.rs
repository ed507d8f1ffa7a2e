//! The two pinned Go builds: the Collector, whose sources its builder generates, and Jaeger.
//!
//! Every module is pinned by hash in a go.sum of this repository, which Go checks. The checksum database is not
//! queried: it could only confirm the same hashes, and some networks cannot reach it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::cache::Lock;
use super::search::on_path;
use super::setup_context::SetupContext;
use super::setup_error::SetupError;
use super::work::Work;
use crate::programs::{External, GoBuild};

/// Change this when the commands below change, so that the cache builds again.
const RECIPE: &str = "1";

/// The hexadecimal digits of a hash in a name. It only distinguishes versions: the hashes in go.sum protect the build.
const DIGITS: usize = 16;

/// How long one command may take. A build takes about four minutes on two cores.
const BUILD_WITHIN: Duration = Duration::from_secs(45 * 60);

/// The environment of every command, besides the caller's.
const ENVIRONMENT: [(&str, &str); 4] =
    [("CGO_ENABLED", "0"), ("GOFLAGS", "-mod=readonly -buildvcs=false"), ("GOSUMDB", "off"), ("GOWORK", "off")];

/// The files that pin the modules of a folder.
const MODULE: [&str; 2] = ["go.mod", "go.sum"];

/// The files that pin the program that the Collector Builder generates.
const DISTRIBUTION: [&str; 3] = ["builder.yaml", "go.mod", "go.sum"];

/// The name of a build in the cache. It changes when one of the files that pin the build changes.
pub(super) fn name(external: &External, build: GoBuild, root: &Path) -> Result<String, SetupError> {
    let in_folder = |folder, files: &[&str]| files.iter().map(|file| root.join(folder).join(file)).collect::<Vec<_>>();
    let mut files = in_folder(build.module, &MODULE);
    files.extend(build.distribution.map(|folder| in_folder(folder, &DISTRIBUTION)).unwrap_or_default());
    let key = fingerprint(RECIPE, &files).map_err(SetupError::file(root.join("collector")))?;
    Ok(format!("{}-{key}", external.name()))
}

/// The SHA-256 of a recipe, and of the names and contents of files, shortened.
fn fingerprint(recipe: &str, files: &[PathBuf]) -> io::Result<String> {
    let mut hash = Sha256::new();
    // The length comes first, so that no two lists of byte strings have the same bytes.
    let mut add = |bytes: &[u8]| {
        hash.update(bytes.len().to_le_bytes());
        hash.update(bytes);
    };
    add(recipe.as_bytes());
    for file in files {
        add(file.file_name().unwrap_or_default().as_encoded_bytes());
        add(&fs::read(file)?);
    }
    Ok(format!("{:x}", hash.finalize())[..DIGITS].to_owned())
}

/// Builds a program and keeps it.
pub(super) async fn build(
    setup: &SetupContext<'_>,
    external: &'static External,
    build: GoBuild,
    lock: &Lock,
) -> Result<(&'static str, PathBuf), SetupError> {
    let instead = format!("put `{}` on PATH", external.names.join("` or `"));
    let go = on_path(setup.path(), "go").ok_or_else(|| SetupError::Missing {
        name: external.title.to_owned(),
        why: "not on PATH, and setup needs `go`".to_owned(),
        instruction: format!("install Go 1.26 or later (https://go.dev/dl), or {instead}"),
    })?;
    let work =
        Work::begin(setup, external.title, format!("if the build cannot succeed here, {instead}"), BUILD_WITHIN)?;
    let name = name(external, build, setup.root)?;
    let place = setup.cache.workplace(&format!("{name}-"), lock)?;
    let out = place.path().join("out");
    fs::create_dir_all(&out).map_err(SetupError::file(&out))?;
    let job = Job { work: &work, go: &go, place: place.path() };
    job.build(build, &out.join(external.name())).await?;
    let kept = setup.cache.keep(&out, &name, lock).await?;
    work.done();
    Ok((external.name(), kept.join(external.name())))
}

/// One build in its workplace.
struct Job<'a> {
    work: &'a Work<'a>,
    go: &'a Path,
    place: &'a Path,
}

impl Job<'_> {
    async fn build(&self, build: GoBuild, out: &Path) -> Result<(), SetupError> {
        let module = self.copied(build.module, &MODULE, "module")?;
        let Some(distribution) = build.distribution else {
            self.work.step("downloading and compiling");
            return self.compile(&module, out, build.package).await;
        };
        let builder = self.place.join("ocb");
        self.work.step("compiling the Collector Builder");
        self.compile(&module, &builder, build.package).await?;
        let dir = self.copied(distribution, &["builder.yaml"], "distribution")?;
        let args = ["--config", "builder.yaml", "--skip-get-modules", "--skip-compilation"];
        self.work.run(self.work.command(&builder, &dir).args(args).envs(ENVIRONMENT)).await?;
        // The builder has written main.go, components.go and a go.mod, which the pinned one replaces.
        let sources = self.copied(distribution, &MODULE, "distribution/build")?;
        self.work.step("downloading and compiling");
        self.compile(&sources, out, ".").await
    }

    /// Copies files from a folder of the lab into a folder of the workplace, which it returns.
    fn copied(&self, from: &str, files: &[&str], to: &str) -> Result<PathBuf, SetupError> {
        let to = self.place.join(to);
        fs::create_dir_all(&to).map_err(SetupError::file(&to))?;
        for file in files {
            // Only the contents: in a store, files may be read-only.
            let from = self.work.setup.root.join(from).join(file);
            let contents = fs::read(&from).map_err(SetupError::file(&from))?;
            fs::write(to.join(file), contents).map_err(SetupError::file(to.join(file)))?;
        }
        Ok(to)
    }

    async fn compile(&self, dir: &Path, out: &Path, package: &str) -> Result<(), SetupError> {
        let mut command = self.work.command(self.go, dir);
        command.args(["build", "-v", "-trimpath", "-ldflags=-s -w", "-o"]).arg(out).arg(package).envs(ENVIRONMENT);
        self.work.run(&mut command).await
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
        let before = fingerprint("1", std::slice::from_ref(&pin)).unwrap();
        assert_eq!(fingerprint("1", std::slice::from_ref(&pin)).unwrap(), before);
        assert_ne!(fingerprint("2", std::slice::from_ref(&pin)).unwrap(), before);
        std::fs::write(&pin, "b").unwrap();
        assert_ne!(fingerprint("1", &[pin]).unwrap(), before);
        assert_eq!(before.len(), DIGITS);
    }
}
