//! Setting up with stand-ins for go, apt-get and dpkg-deb: nothing here needs a network, a compiler or minutes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use runner::native::Supervisor;
use runner::programs::Tools;
use runner::setup::{Cache, Progress, SetupContext, SetupError, ensure};
use scenario::topology::Role;
use tempfile::TempDir;

/// Everything here happens within this, or never.
const SOON: Duration = Duration::from_secs(10);

/// Counts its calls and writes a program to what `-o` names (as the Collector's builder, that program writes a folder `build`).
const GO: &str = r#"echo "$*" >> "$CALLS"
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\nPATH="%s"\nmkdir -p build\n' "$PATH" > "$2"
chmod +x "$2""#;

/// "Downloads" one archive to the folder that its configuration names.
const APT_GET: &str = r#"echo "$*" >> "$CALLS"
archives=$(sed -n 's/^Dir::Cache::archives "\(.*\)";$/\1/p' "$2")
case "$*" in *download-only*) echo archive > "$archives/redis-server_7_all.deb";; esac"#;

/// "Unpacks" an archive: programs that print where they are asked to look for libraries.
const DPKG_DEB: &str = r#"mkdir -p "$3/usr/bin" "$3/usr/lib/x86_64-linux-gnu"
for program in redis-server redis-cli; do
  printf '#!/bin/sh\necho "$LD_LIBRARY_PATH" "$@"\n' > "$3/usr/bin/$program"
  chmod +x "$3/usr/bin/$program"
done"#;

/// "Downloads" an archive for each package that it is asked for, but only if no other is asked for.
const APT_GET_PROMETHEUS: &str = r#"archives=$(sed -n 's/^Dir::Cache::archives "\(.*\)";$/\1/p' "$2")
case "$*" in
  *" prometheus") echo archive > "$archives/prometheus_2_amd64.deb";;
  *" libjs-jquery") echo archive > "$archives/libjs-jquery_3_all.deb";;
esac"#;

/// "Unpacks" Prometheus, whose page has a script of another package, or that script.
const DPKG_DEB_PROMETHEUS: &str = r#"case "$2" in
  *libjs-jquery*) mkdir -p "$3/usr/share/javascript/jquery" && echo script > "$3/usr/share/javascript/jquery/jquery.js";;
  *) mkdir -p "$3/usr/bin" "$3/usr/share/prometheus/web/static"
    ln -s ../../../javascript/jquery "$3/usr/share/prometheus/web/static/jquery"
    for program in prometheus promtool; do
      printf '#!/bin/sh\n' > "$3/usr/bin/$program"
      chmod +x "$3/usr/bin/$program"
    done;;
esac"#;

/// A machine with its own PATH and an empty cache, and the pins of the lab.
struct Machine {
    dir: TempDir,
    progress: Mutex<Vec<Progress>>,
}

impl Machine {
    fn new(programs: &[(&str, &str)]) -> Self {
        let machine = Self { dir: tempfile::tempdir().unwrap(), progress: Mutex::default() };
        std::fs::create_dir(machine.path("bin")).unwrap();
        let pins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../collector");
        let copied = Command::new("cp").arg("-r").arg(pins).arg(machine.path("collector")).status().unwrap();
        assert!(copied.success());
        for (name, script) in programs {
            machine.install(name, script);
        }
        machine
    }

    /// A stand-in finds its own commands where this test does: not every system has them in /usr/bin.
    ///
    /// Another process writes it: one of ours that is just starting could hold it open, and then it could not be run.
    fn install(&self, name: &str, script: &str) {
        let text = format!("#!/bin/sh\nPATH=\"{}\"\n{script}\n", std::env::var("PATH").unwrap());
        let write = format!(
            "printf %s \"$1\" > '{0}.new' && chmod +x '{0}.new' && mv '{0}.new' '{0}'",
            self.path("bin").join(name).display()
        );
        assert!(Command::new("sh").args(["-c", &write, "sh", &text]).status().unwrap().success());
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn cache(&self) -> PathBuf {
        self.path("cache")
    }

    /// How often the stand-ins were called.
    fn calls(&self) -> usize {
        std::fs::read_to_string(self.path("calls")).unwrap_or_default().lines().count()
    }

    async fn ensure(&self, roles: &[Role]) -> Result<Tools, SetupError> {
        let environment = BTreeMap::from([
            ("PATH".to_owned(), self.path("bin").display().to_string()),
            ("CALLS".to_owned(), self.path("calls").display().to_string()),
        ]);
        let setup = SetupContext {
            cache: Cache { dir: self.cache() },
            root: self.dir.path(),
            lab: Path::new("/nowhere/lab"),
            run_id: &run_id(self.dir.path()),
            environment: &environment,
            progress: &|progress| self.progress.lock().unwrap().push(progress),
        };
        ensure(&setup, &parts(roles)).await
    }

    /// The progress that was reported since the last call, as text.
    fn progress(&self) -> String {
        format!("{:?}", std::mem::take(&mut *self.progress.lock().unwrap()))
    }
}

/// A part for each role.
fn parts(roles: &[Role]) -> BTreeMap<String, Role> {
    roles.iter().map(|role| (format!("{role:?}"), *role)).collect()
}

/// A run of its own for every process: a supervisor watches for a moment longer than it finds something.
fn run_id(dir: &Path) -> String {
    format!("setup{}-{}", dir.file_name().unwrap().display(), std::process::id())
}

#[tokio::test]
async fn the_second_setup_does_nothing() {
    let machine = Machine::new(&[("go", GO)]);
    let tools = machine.ensure(&[Role::Collector, Role::Jaeger]).await.unwrap();
    assert!(tools.program("", Role::Jaeger).unwrap().is_file());
    assert!(machine.progress().contains("Plan("));
    let calls = machine.calls();
    assert_eq!(calls, 3, "the builder, the Collector, Jaeger");
    let again = machine.ensure(&[Role::Collector, Role::Jaeger]).await.unwrap();
    assert_eq!(again.program("", Role::Collector), tools.program("", Role::Collector));
    assert_eq!((machine.calls(), machine.progress()), (calls, "[]".to_owned()));
}

#[tokio::test]
async fn a_changed_pin_is_built_anew() {
    let machine = Machine::new(&[("go", GO)]);
    let before = machine.ensure(&[Role::Jaeger]).await.unwrap();
    std::fs::write(machine.path("collector/jaeger/go.sum"), "").unwrap();
    let after = machine.ensure(&[Role::Jaeger]).await.unwrap();
    assert_ne!(before.program("", Role::Jaeger), after.program("", Role::Jaeger));
}

#[tokio::test]
async fn a_failed_build_shows_its_last_lines_and_what_one_can_do() {
    let machine = Machine::new(&[("go", "echo 'go.mod: verifying module: checksum mismatch' >&2; exit 1")]);
    let error = machine.ensure(&[Role::Jaeger]).await.unwrap_err().to_string();
    assert!(error.starts_with("cannot set up Jaeger: `go build "), "{error}");
    assert!(error.contains("failed (exit status: 1)"), "{error}");
    assert!(error.contains("\n    go.mod: verifying module: checksum mismatch\n"), "{error}");
    assert!(error.ends_with("\nif the build cannot succeed here, put `jaeger` on PATH"), "{error}");
    machine.install("go", GO);
    machine.ensure(&[Role::Jaeger]).await.unwrap();
}

#[tokio::test]
async fn where_nothing_can_be_made_it_says_what_to_install() {
    let machine = Machine::new(&[]);
    let error = machine.ensure(&[Role::Redis, Role::Prometheus]).await.unwrap_err().to_string();
    assert_eq!(
        error,
        "cannot find Redis and Prometheus: not on PATH, and setup needs `apt-get` and `dpkg-deb` (is this a Debian system?)\n\
         run `apt-get install --no-install-recommends redis-server prometheus` as root, or put the programs on PATH"
    );
    let error = machine.ensure(&[Role::Collector]).await.unwrap_err().to_string();
    assert!(error.contains("setup needs `go`\ninstall Go 1.26 or later"), "{error}");
}

#[tokio::test]
async fn packages_are_unpacked_and_find_their_libraries() {
    let machine = Machine::new(&[("apt-get", APT_GET), ("dpkg-deb", DPKG_DEB)]);
    let tools = machine.ensure(&[Role::Redis]).await.unwrap();
    let redis = tools.program("", Role::Redis).unwrap();
    let output = Command::new(redis).args(["--port", "1"]).output().unwrap();
    let libraries = redis.parent().unwrap().join("../usr/lib/x86_64-linux-gnu");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.starts_with(&libraries.display().to_string()) && printed.ends_with(" --port 1\n"), "{printed}");
    machine.ensure(&[Role::Redis]).await.unwrap();
    assert_eq!(machine.calls(), 2, "one update and one download");
}

#[tokio::test]
async fn packages_that_cannot_be_fetched_are_an_error_that_says_what_apt_said() {
    let silent =
        "case \"$*\" in *download-only*) echo 'Reinstallation is not possible, it cannot be downloaded.';; esac";
    let machine = Machine::new(&[("apt-get", silent), ("dpkg-deb", DPKG_DEB)]);
    let error = machine.ensure(&[Role::Redis]).await.unwrap_err().to_string();
    assert!(error.contains("`apt-get install --download-only redis-server` failed (it fetched nothing)"), "{error}");
    assert!(error.contains("\n    Reinstallation is not possible, it cannot be downloaded.\n"), "{error}");
}

#[tokio::test]
async fn an_unpacked_program_that_does_not_run_any_more_is_fetched_again() {
    let machine = Machine::new(&[("apt-get", APT_GET), ("dpkg-deb", DPKG_DEB)]);
    let tools = machine.ensure(&[Role::Redis]).await.unwrap();
    let program =
        tools.program("", Role::Redis).unwrap().parent().unwrap().parent().unwrap().join("usr/bin/redis-server");
    std::fs::write(&program, "#!/bin/sh\nexit 127\n").unwrap();
    machine.ensure(&[Role::Redis]).await.unwrap();
    assert_ne!(std::fs::read_to_string(&program).unwrap(), "#!/bin/sh\nexit 127\n");
}

/// Where libjs-jquery is installed, apt does not fetch it as a dependency.
#[tokio::test]
async fn what_an_unpacked_package_links_to_is_fetched_even_if_it_is_installed() {
    let installed = r#"[ "$2" = /usr/share/javascript/jquery ] && echo "libjs-jquery: $2""#;
    let programs = [("apt-get", APT_GET_PROMETHEUS), ("dpkg-deb", DPKG_DEB_PROMETHEUS), ("dpkg-query", installed)];
    let machine = Machine::new(&programs);
    let tools = machine.ensure(&[Role::Prometheus]).await.unwrap();
    let root = tools.program("", Role::Prometheus).unwrap().parent().unwrap().parent().unwrap();
    let script = root.join("usr/share/prometheus/web/static/jquery/jquery.js");
    assert_eq!(std::fs::read_to_string(&script).unwrap(), "script\n");
    // As an older `lab` has left it in the cache.
    std::fs::remove_dir_all(root.join("usr/share/javascript")).unwrap();
    machine.ensure(&[Role::Prometheus]).await.unwrap();
    assert!(script.is_file(), "the cache was used as it was");
}

#[tokio::test]
async fn an_unpacked_package_with_a_link_that_leads_nowhere_is_an_error() {
    let programs = [("apt-get", APT_GET_PROMETHEUS), ("dpkg-deb", DPKG_DEB_PROMETHEUS), ("dpkg-query", "exit 1")];
    let error = Machine::new(&programs).ensure(&[Role::Prometheus]).await.unwrap_err().to_string();
    assert!(
        error.contains("no package contains the target of the link /") && error.contains("web/static/jquery)"),
        "{error}"
    );
}

/// A cache that an older `lab` has filled is such a case.
#[tokio::test]
async fn an_unpacked_program_without_its_client_is_fetched_again() {
    let machine = Machine::new(&[("apt-get", APT_GET), ("dpkg-deb", DPKG_DEB)]);
    let tools = machine.ensure(&[Role::Redis]).await.unwrap();
    let client = tools.program("", Role::Redis).unwrap().with_file_name("redis-cli");
    let output = Command::new(&client).arg("PING").output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().ends_with(" PING\n"));
    std::fs::remove_file(&client).unwrap();
    machine.ensure(&[Role::Redis]).await.unwrap();
    assert!(client.is_file());
}

#[tokio::test]
async fn a_program_on_path_is_used_only_if_it_accepts_our_configuration() {
    let machine = Machine::new(&[("jaeger", "test \"$1\" = validate"), ("otelcol-contrib", "exit 1"), ("go", GO)]);
    let tools = machine.ensure(&[Role::Jaeger, Role::Collector]).await.unwrap();
    assert_eq!(tools.program("", Role::Jaeger).unwrap(), machine.path("bin/jaeger"));
    assert!(tools.program("", Role::Collector).unwrap().starts_with(machine.cache()));
    assert!(machine.progress().contains("otelcol-contrib: it rejects the lab's configuration"));
}

#[tokio::test]
async fn two_at_once_build_once() {
    let machine = Machine::new(&[("go", GO)]);
    let (one, two) = tokio::join!(machine.ensure(&[Role::Jaeger]), machine.ensure(&[Role::Jaeger]));
    assert_eq!(one.unwrap().program("", Role::Jaeger), two.unwrap().program("", Role::Jaeger));
    assert_eq!(machine.calls(), 1);
}

#[tokio::test]
#[ignore = "run by `a_setup_killed_half_way_is_done_by_the_next`, as a process of its own"]
async fn setup_in_a_process() {
    let Ok(dir) = std::env::var("LAB_TEST_DIR") else { return };
    let _supervisor = Supervisor::start(Path::new(env!("CARGO_BIN_EXE_lab")), &run_id(Path::new(&dir))).unwrap();
    let environment = BTreeMap::from([("PATH".to_owned(), format!("{dir}/bin"))]);
    let setup = SetupContext {
        cache: Cache { dir: Path::new(&dir).join("cache") },
        root: Path::new(&dir),
        lab: Path::new("/nowhere/lab"),
        run_id: &run_id(Path::new(&dir)),
        environment: &environment,
        progress: &|_| {},
    };
    ensure(&setup, &parts(&[Role::Jaeger])).await.unwrap();
}

#[tokio::test]
async fn a_setup_killed_half_way_is_done_by_the_next() {
    let machine = Machine::new(&[("go", "")]);
    let pid_file = machine.path("pid");
    machine.install("go", &format!("echo $$ > {0}.new; mv {0}.new {0}; exec sleep 1000", pid_file.display()));
    let mut first = Command::new(std::env::current_exe().unwrap())
        .args(["setup_in_a_process", "--exact", "--ignored"])
        .env("LAB_TEST_DIR", machine.dir.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    eventually("the build has begun", || pid_file.exists()).await;
    first.kill().unwrap();
    first.wait().unwrap();
    let go = PathBuf::from(format!("/proc/{}/exe", std::fs::read_to_string(&pid_file).unwrap().trim()));
    eventually("its command is ended by the supervisor", || std::fs::read_link(&go).is_err()).await;
    let left = || std::fs::read_dir(machine.cache().join("tmp")).unwrap().count();
    assert_eq!(left(), 1, "what the killed one was doing");
    machine.install("go", GO);
    machine.ensure(&[Role::Jaeger]).await.unwrap();
    assert_eq!(left(), 0, "swept");
}

/// Waits until a condition holds, and fails the test when it does not come to hold.
async fn eventually(what: &str, condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < SOON, "{what}: not within {SOON:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
