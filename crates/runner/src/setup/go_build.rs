//! The two pinned Go builds: the Collector, whose sources its builder generates, and Jaeger.
//!
//! Every module is pinned by hash in a go.sum of ours, which Go checks; the checksum database is not asked, because it could only
//! repeat what we have checked already, and is out of reach in some networks.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cache::Lock;
use super::command::{Command, Work};
use super::error::SetupError;
use super::fingerprint;
use super::search::on_path;
use super::setup_context::SetupContext;
use crate::programs::{External, GoBuild, GoSources};

/// Changes when the commands below do, so that the cache builds anew.
const RECIPE: &str = "1";

/// How long one build may take; it takes about four minutes on two cores.
const BUILD_WITHIN: Duration = Duration::from_secs(45 * 60);

/// The name of a build in the cache.
pub(super) fn name(external: &External, build: GoBuild, root: &Path) -> Result<String, SetupError> {
    let files: Vec<PathBuf> = build.pins.iter().map(|file| root.join(file)).collect();
    let key = fingerprint::from_files(RECIPE, &files).map_err(SetupError::file(root.join("collector")))?;
    Ok(format!("{}-{key}", external.name()))
}

/// Builds a program and keeps it.
pub(super) async fn build(
    setup: &SetupContext<'_>,
    external: &'static External,
    build: GoBuild,
    lock: &Lock,
) -> Result<(&'static External, PathBuf), SetupError> {
    let go = go(setup, external)?;
    let hint = format!("Or put `{}` on PATH", external.names.join("` or `"));
    let work = Work::begin(setup, external.title, &hint)?;
    let name = name(external, build, setup.root)?;
    let place = setup.cache.workplace(&name, lock)?;
    let out = place.join("out");
    make_dir(&out)?;
    Job { setup, work: &work, go: &go, place: &place }.make(build.sources, &out.join(external.name())).await?;
    let kept = setup.cache.keep(&out, &name, lock).await?;
    // What the build leaves beside its result is swept by the next one at the latest.
    let _ = fs::remove_dir_all(&place);
    work.done();
    Ok((external, kept.join(external.name())))
}

/// Go, without which nothing can be built.
fn go(setup: &SetupContext<'_>, external: &External) -> Result<PathBuf, SetupError> {
    on_path(setup.path(), "go").ok_or_else(|| SetupError::Missing {
        name: external.title.to_owned(),
        why: "no `go` on PATH to build it with".to_owned(),
        instruction: format!(
            "Install Go 1.26 or later (https://go.dev/dl), or put `{}` on PATH",
            external.names.join("` or `")
        ),
    })
}

/// One build in its workplace.
struct Job<'a> {
    setup: &'a SetupContext<'a>,
    work: &'a Work<'a>,
    go: &'a Path,
    place: &'a Path,
}

impl Job<'_> {
    async fn make(&self, sources: GoSources, out: &Path) -> Result<(), SetupError> {
        match sources {
            GoSources::Package { module, package } => {
                let module = self.module(module)?;
                self.work.step("downloading and compiling");
                self.compile(&module, out, package).await
            }
            GoSources::Generated { builder, package, distribution } => {
                let program = self.place.join("ocb");
                self.work.step("compiling the Collector Builder");
                self.compile(&self.module(builder)?, &program, package).await?;
                let sources = self.generated(&program, distribution).await?;
                self.work.step("downloading and compiling");
                self.compile(&sources, out, ".").await
            }
        }
    }

    /// The builder writes main.go and components.go (and a go.mod, which gives way to the pinned one).
    async fn generated(&self, builder: &Path, distribution: &str) -> Result<PathBuf, SetupError> {
        self.copy(&format!("{distribution}/builder.yaml"), &self.place.join("builder.yaml"))?;
        let args = ["--config", "builder.yaml", "--skip-get-modules", "--skip-compilation"];
        self.run(builder, &args.map(OsString::from), self.place).await?;
        let sources = self.place.join("build");
        for file in ["go.mod", "go.sum"] {
            self.copy(&format!("{distribution}/{file}"), &sources.join(file))?;
        }
        Ok(sources)
    }

    /// A folder with the go.mod and go.sum of one of ours.
    fn module(&self, from: &str) -> Result<PathBuf, SetupError> {
        let dir = self.place.join(Path::new(from).file_name().unwrap_or_default()).with_extension("module");
        make_dir(&dir)?;
        for file in ["go.mod", "go.sum"] {
            self.copy(&format!("{from}/{file}"), &dir.join(file))?;
        }
        Ok(dir)
    }

    fn copy(&self, from: &str, to: &Path) -> Result<(), SetupError> {
        let from = self.setup.root.join(from);
        // Contents only: in a store they may be read-only.
        let contents = fs::read(&from).map_err(SetupError::file(&from))?;
        fs::write(to, contents).map_err(SetupError::file(to))
    }

    async fn compile(&self, dir: &Path, out: &Path, package: &str) -> Result<(), SetupError> {
        let mut args = ["build", "-v", "-trimpath", "-ldflags=-s -w", "-o"].map(OsString::from).to_vec();
        args.extend([out.into(), package.into()]);
        self.run(self.go, &args, dir).await
    }

    async fn run(&self, program: &Path, args: &[OsString], dir: &Path) -> Result<(), SetupError> {
        let env =
            [("CGO_ENABLED", "0"), ("GOFLAGS", "-mod=readonly -buildvcs=false"), ("GOSUMDB", "off"), ("GOWORK", "off")];
        let env: BTreeMap<String, String> = env.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let program = program.to_owned();
        self.work.run(Command { program, args: args.to_vec(), dir, env, within: BUILD_WITHIN }).await
    }
}

fn make_dir(dir: &Path) -> Result<(), SetupError> {
    fs::create_dir_all(dir).map_err(SetupError::file(dir))
}
