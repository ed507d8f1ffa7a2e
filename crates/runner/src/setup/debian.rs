//! Redis and Prometheus as Debian builds them, unpacked into the cache.
//!
//! They are not *installed*: apt fetches and verifies the packages (with lists and archives of our own, so it needs no root and
//! locks nothing), and `dpkg-deb` unpacks them. So nothing of the system changes, no maintainer script runs, no service starts
//! and no port is opened, and a `kill -9` at any moment leaves no half-configured package behind.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cache::Lock;
use super::command::{Command, Work};
use super::dangling_links::{dangling_links, installed_target};
use super::error::SetupError;
use super::search::on_path;
use super::setup_context::SetupContext;
use crate::programs::{DebianPackages, External};

/// How long one command of apt may take.
const APT_WITHIN: Duration = Duration::from_secs(15 * 60);

/// Has apt fetch packages, installed or not, and those that they depend on and that are not installed here.
const DOWNLOAD: [&str; 5] = ["install", "--yes", "--download-only", "--reinstall", "--no-install-recommends"];

/// The name of the unpacked packages in the cache: of another release they are others.
pub(super) fn name(external: &External) -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let version = release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME=")).unwrap_or("unknown");
    format!("{}-debian-{}", external.name(), version.trim_matches('"'))
}

/// The folder of the scripts that start the unpacked programs.
pub(super) fn folder(root: &Path) -> PathBuf {
    root.join("bin")
}

/// A program, or one of its clients, with what it needs on its command line to find its files where they are now.
fn programs(external: &External, packages: DebianPackages) -> impl Iterator<Item = (&'static str, &'static str)> {
    let clients = external.clients.iter().map(|client| (*client, ""));
    std::iter::once((external.name(), packages.script_arguments)).chain(clients)
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

/// What a person would install.
fn instruction(wanted: &[Wanted]) -> String {
    let packages: Vec<&str> = wanted.iter().map(|(external, _)| external.name()).collect();
    format!("Run `apt-get install --no-install-recommends {}` as root, or put the programs on PATH", packages.join(" "))
}

/// A program with its packages.
type Wanted = (&'static External, DebianPackages);

/// Fetches and unpacks the packages of some programs.
pub(super) async fn unpack(
    setup: &SetupContext<'_>,
    wanted: &[Wanted],
    lock: &Lock,
) -> Result<Vec<(&'static External, PathBuf)>, SetupError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let apt = apt(setup, wanted)?;
    let work = Work::begin(setup, "Debian packages", &instruction(wanted))?;
    let place = setup.cache.workplace("debian", lock)?;
    let job = Job { work: &work, apt: &apt, place: &place };
    job.update().await?;
    let mut programs = Vec::new();
    for (external, packages) in wanted {
        let root = job.unpacked(external, *packages).await?;
        let kept = setup.cache.keep(&root, &name(external), lock).await?;
        programs.push((*external, folder(&kept).join(external.name())));
    }
    // What is left beside the results is swept by the next setup at the latest.
    let _ = fs::remove_dir_all(&place);
    work.done();
    Ok(programs)
}

fn apt(setup: &SetupContext<'_>, wanted: &[Wanted]) -> Result<PathBuf, SetupError> {
    let both = on_path(setup.path(), "apt-get").filter(|_| on_path(setup.path(), "dpkg-deb").is_some());
    both.ok_or_else(|| SetupError::Missing {
        name: wanted.iter().map(|(external, _)| external.title).collect::<Vec<_>>().join(" and "),
        why: "no `apt-get` and `dpkg-deb` on PATH: not a Debian system".to_owned(),
        instruction: instruction(wanted),
    })
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

    /// Fetches the packages and what they need that is not installed here, and unpacks all into one folder.
    async fn unpacked(&self, external: &External, packages: DebianPackages) -> Result<PathBuf, SetupError> {
        self.work.step(format!("fetching {}", external.name()));
        self.apt_get(&[&DOWNLOAD, packages.packages].concat()).await?;
        let archives = self.archives();
        if archives.is_empty() {
            let command = format!("apt-get install --download-only {}", external.name());
            return Err(self.work.failed(&command, "nothing was fetched"));
        }
        let root = self.place.join(format!("{}.root", external.name()));
        self.unpack_into(&root, archives).await?;
        self.complete(&root).await?;
        for (program, arguments) in programs(external, packages) {
            write_script(program, arguments, &root)?;
            // Fails when a library is missing.
            self.run(&folder(&root).join(program), vec!["--version".into()]).await?;
        }
        Ok(root)
    }

    async fn unpack_into(&self, root: &Path, archives: Vec<PathBuf>) -> Result<(), SetupError> {
        self.work.step(format!("unpacking {} packages", archives.len()));
        for archive in archives {
            let args = ["--extract".into(), archive.clone().into(), root.into()];
            self.run(Path::new("dpkg-deb"), args.into()).await?;
            fs::remove_file(&archive).map_err(SetupError::file(archive))?;
        }
        Ok(())
    }

    /// Fetches what the unpacked files link to and apt left out because it is installed here: the folder must stand alone.
    ///
    /// What is fetched may link further, so this repeats until no link dangles, and stops when a round changes nothing.
    async fn complete(&self, root: &Path) -> Result<(), SetupError> {
        let mut missing = dangling_links(root)?;
        while !missing.is_empty() {
            let owners = self.owners(root, &missing).await?;
            if !owners.is_empty() {
                let names: Vec<&str> = owners.iter().map(String::as_str).collect();
                self.apt_get(&[&DOWNLOAD[..], &names].concat()).await?;
                self.unpack_into(root, self.archives()).await?;
            }
            let still = dangling_links(root)?;
            if still == missing {
                return Err(self.dangling(&still[0]));
            }
            missing = still;
        }
        Ok(())
    }

    fn dangling(&self, link: &Path) -> SetupError {
        let how = format!("{} leads nowhere, and no package has what it should lead to", link.display());
        self.work.failed("dpkg-deb --extract", &how)
    }

    /// The installed packages that have what these links lead to.
    async fn owners(&self, root: &Path, links: &[PathBuf]) -> Result<BTreeSet<String>, SetupError> {
        let targets = links.iter().filter_map(|link| installed_target(root, link)).map(OsString::from);
        let args: Vec<OsString> = std::iter::once("--search".into()).chain(targets).collect();
        let output = self.work.output(self.command(Path::new("dpkg-query"), args)).await?;
        Ok(output
            .lines()
            .filter_map(|line| line.split_once(": /"))
            .flat_map(|(owners, _)| owners.split(", "))
            .map(str::to_owned)
            .collect())
    }

    /// What has been fetched.
    fn archives(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.place.join("archives")).into_iter().flatten().flatten();
        let files = entries.map(|entry| entry.path());
        files.filter(|file| file.extension().is_some_and(|extension| extension == "deb")).collect()
    }

    async fn apt_get(&self, args: &[&str]) -> Result<(), SetupError> {
        let configuration = ["-c", "apt.conf"].iter().chain(args);
        self.run(self.apt, configuration.map(OsString::from).collect()).await
    }

    async fn run(&self, program: &Path, args: Vec<OsString>) -> Result<(), SetupError> {
        self.work.run(self.command(program, args)).await
    }

    fn command(&self, program: &Path, args: Vec<OsString>) -> Command<'_> {
        let env: BTreeMap<String, String> = [("DEBIAN_FRONTEND", "noninteractive"), ("LC_ALL", "C.UTF-8")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into();
        Command { program: program.to_owned(), args, dir: self.place, env, within: APT_WITHIN }
    }
}

/// Lists, archives and caches of our own: it needs no root, and locks and changes nothing of the system.
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
