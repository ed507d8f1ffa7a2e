//! Redis and Prometheus as Debian builds them, unpacked into the cache.
//!
//! They are not *installed*: apt fetches and verifies the packages (with its own lists and archives, so it needs no
//! root and locks nothing), and `dpkg-deb` unpacks them. So nothing of the system changes, no maintainer script runs,
//! no service starts and no port is opened, and a `kill -9` at any moment leaves no half-configured package behind.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;

use super::cache::Lock;
use super::dangling_links::{dangling_links, installed_target};
use super::search::on_path;
use super::setup_context::SetupContext;
use super::setup_error::SetupError;
use super::work::Work;
use crate::programs::{DebianPackages, External};

/// How long one command of apt may take.
const APT_WITHIN: Duration = Duration::from_secs(15 * 60);

/// Makes apt fetch packages, installed or not, and their dependencies that are not installed.
const DOWNLOAD: [&str; 5] = ["install", "--yes", "--download-only", "--reinstall", "--no-install-recommends"];

/// The name of the unpacked packages in the cache. Each release has its own.
pub(super) fn name(external: &External) -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let version = release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME=")).unwrap_or("unknown");
    format!("{}-debian-{}", external.name(), version.trim_matches('"'))
}

/// The folder of the scripts that start the unpacked programs.
pub(super) fn folder(root: &Path) -> PathBuf {
    root.join("bin")
}

/// Writes the script that starts an unpacked program so that it finds its libraries and pages where they are now.
fn write_script(program: &str, arguments: &str, root: &Path) -> Result<(), SetupError> {
    let script = folder(root).join(program);
    let text = format!(
        "#!/bin/sh\n# Written by lab: the Debian package, unpacked.\n\
         root=${{0%/*}}/..\n\
         for dir in \"$root\"/usr/lib/*-linux-gnu* \"$root\"/lib/*-linux-gnu*; do\n\
         \x20 [ -d \"$dir\" ] && LD_LIBRARY_PATH=$dir${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\n\
         done\n\
         export LD_LIBRARY_PATH\n\
         exec \"$root/usr/bin/{program}\"{arguments} \"$@\"\n"
    );
    let written = fs::create_dir_all(folder(root)).and_then(|()| fs::write(&script, text));
    let made = written.and_then(|()| fs::set_permissions(&script, fs::Permissions::from_mode(0o755)));
    made.map_err(SetupError::file(script))
}

/// Fetches and unpacks the packages of some programs.
pub(super) async fn unpack(
    setup: &SetupContext<'_>,
    wanted: &[(&'static External, DebianPackages)],
    lock: &Lock,
) -> Result<Vec<(&'static str, PathBuf)>, SetupError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let joined = |of: fn(&External) -> &'static str, with: &str| {
        wanted.iter().map(|(external, _)| of(external)).collect::<Vec<_>>().join(with)
    };
    let packages = joined(External::name, " ");
    let instruction =
        format!("run `apt-get install --no-install-recommends {packages}` as root, or put the programs on PATH");
    let apt = on_path(setup.path(), "apt-get").filter(|_| on_path(setup.path(), "dpkg-deb").is_some());
    let apt = apt.ok_or_else(|| SetupError::Missing {
        name: joined(|external| external.title, " and "),
        why: "not on PATH, and setup needs `apt-get` and `dpkg-deb` (is this a Debian system?)".to_owned(),
        instruction: instruction.clone(),
    })?;
    let place = setup.cache.workplace("debian-", lock)?;
    let work = Work::begin(setup, "Debian packages", instruction, APT_WITHIN)?;
    let job = Job { work: &work, apt: &apt, place: place.path() };
    job.update().await?;
    let mut programs = Vec::new();
    for (external, packages) in wanted {
        let root = job.unpacked(external, *packages).await?;
        let kept = setup.cache.keep(&root, &name(external), lock).await?;
        programs.push((external.name(), folder(&kept).join(external.name())));
    }
    work.done();
    Ok(programs)
}

struct Job<'a> {
    work: &'a Work<'a>,
    apt: &'a Path,
    place: &'a Path,
}

impl Job<'_> {
    async fn update(&self) -> Result<(), SetupError> {
        self.work.step("reading the package lists");
        for dir in ["lists/partial", "archives/partial"] {
            let dir = self.place.join(dir);
            fs::create_dir_all(&dir).map_err(SetupError::file(&dir))?;
        }
        let file = self.place.join("apt.conf");
        fs::write(&file, configuration(self.place)).map_err(SetupError::file(&file))?;
        self.apt_get(&["update"]).await
    }

    /// Fetches the packages and their dependencies that are not installed, and unpacks all into one folder.
    async fn unpacked(&self, external: &External, packages: DebianPackages) -> Result<PathBuf, SetupError> {
        self.work.step(format!("fetching {}", external.name()));
        self.apt_get(&[&DOWNLOAD, packages.packages].concat()).await?;
        if self.archives().is_empty() {
            let command = format!("apt-get install --download-only {}", external.name());
            return Err(self.work.failed(&command, "it fetched nothing"));
        }
        let root = self.place.join(format!("{}.root", external.name()));
        self.unpack_into(&root).await?;
        self.complete(&root).await?;
        for program in std::iter::once(external.name()).chain(external.clients.iter().copied()) {
            let arguments = if program == external.name() { packages.script_arguments } else { "" };
            write_script(program, arguments, &root)?;
            // Fails when a library is missing.
            self.work.run(self.command(folder(&root).join(program)).arg("--version")).await?;
        }
        Ok(root)
    }

    /// Unpacks the fetched archives.
    async fn unpack_into(&self, root: &Path) -> Result<(), SetupError> {
        let archives = self.archives();
        self.work.step(format!("unpacking {} package{}", archives.len(), if archives.len() == 1 { "" } else { "s" }));
        for archive in archives {
            self.work.run(self.command("dpkg-deb").arg("--extract").arg(&archive).arg(root)).await?;
            fs::remove_file(&archive).map_err(SetupError::file(archive))?;
        }
        Ok(())
    }

    /// Fetches the targets of links that apt left out because they are installed: the folder must not depend on the
    /// system.
    ///
    /// New packages may contain further links, so this repeats until no link dangles, and fails when a round changes
    /// nothing.
    async fn complete(&self, root: &Path) -> Result<(), SetupError> {
        let mut missing = dangling_links(root)?;
        while let Some(first) = missing.first() {
            let owners = self.owners(root, &missing).await?;
            if !owners.is_empty() {
                let names: Vec<&str> = owners.iter().map(String::as_str).collect();
                self.apt_get(&[&DOWNLOAD[..], &names].concat()).await?;
                self.unpack_into(root).await?;
            }
            let still = dangling_links(root)?;
            if still == missing {
                let how = format!("no package contains the target of the link {}", first.display());
                return Err(self.work.failed("dpkg-deb --extract", &how));
            }
            missing = still;
        }
        Ok(())
    }

    /// The installed packages that contain the targets of these links.
    async fn owners(&self, root: &Path, links: &[PathBuf]) -> Result<BTreeSet<String>, SetupError> {
        let targets = links.iter().filter_map(|link| installed_target(root, link));
        let output = self.work.output(self.command("dpkg-query").arg("--search").args(targets)).await?;
        let owners = output.lines().filter_map(|line| line.split_once(": /"));
        Ok(owners.flat_map(|(owners, _)| owners.split(", ")).map(str::to_owned).collect())
    }

    /// The archives that have been fetched.
    fn archives(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.place.join("archives")).into_iter().flatten().flatten();
        let files = entries.map(|entry| entry.path());
        files.filter(|file| file.extension().is_some_and(|extension| extension == "deb")).collect()
    }

    async fn apt_get(&self, args: &[&str]) -> Result<(), SetupError> {
        self.work.run(self.command(self.apt).args(["-c", "apt.conf"]).args(args)).await
    }

    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.work.command(program, self.place);
        command.env("DEBIAN_FRONTEND", "noninteractive").env("LC_ALL", "C.UTF-8");
        command
    }
}

/// Own lists, archives and caches: apt needs no root, and locks and changes nothing of the system.
fn configuration(place: &Path) -> String {
    let place = place.display();
    format!(
        "Dir::State::lists \"{place}/lists/\";\n\
         Dir::Cache \"{place}/\";\n\
         Dir::Cache::archives \"{place}/archives/\";\n\
         Debug::NoLocking \"true\";\n\
         # Root's cache is not readable by the user that apt would become to download.\n\
         APT::Sandbox::User \"root\";\n\
         Acquire::Languages \"none\";\n\
         Acquire::IndexTargets::deb::DEP-11::DefaultEnabled \"false\";\n\
         Acquire::Retries \"3\";\n"
    )
}
