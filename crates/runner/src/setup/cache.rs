//! The folder that keeps what was downloaded and built: complete or not at all, whatever happens in between.
//!
//! Work is done in a folder below `tmp`, written to the disk and then renamed to its place below `tools`. A lock keeps two
//! `lab`s apart; the kernel gives it back when its holder dies, and the next one sweeps what it left in `tmp`.

use std::fs::{self, File, OpenOptions};
use std::future::ready;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use backon::{ConstantBuilder, Retryable};
use nix::fcntl::{Flock, FlockArg};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::error::SetupError;

/// How often the lock is tried.
const TRY_AGAIN: Duration = Duration::from_millis(200);

/// Where the cache is: `$LAB_CACHE`, else `$XDG_CACHE_HOME/otel-lab`, else `~/.cache/otel-lab`; nowhere without a home.
#[must_use]
pub fn locate(variable: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("LAB_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|dir| dir.join("otel-lab")))
        .or_else(|| set("HOME").map(|dir| dir.join(".cache/otel-lab")))
}

/// The cache.
#[derive(Debug, Clone)]
pub struct Cache {
    dir: PathBuf,
}

/// The right to change the cache, until it is dropped or the process ends.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "held, not read")] Flock<File>);

impl Cache {
    /// The cache in a folder, which need not exist.
    #[must_use]
    pub fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// Where it is.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where finished things stand.
    pub(super) fn tools(&self) -> PathBuf {
        self.dir.join("tools")
    }

    /// Where a finished thing of that name stands, whether it is there or not.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.tools().join(name)
    }

    /// Where the log of a piece of work is.
    pub(super) fn log(&self, name: &str) -> PathBuf {
        self.dir.join("logs").join(format!("{name}.log"))
    }

    /// Takes the lock, waiting until `within`; `waiting` is told once who holds it.
    pub(super) async fn lock(&self, within: Duration, waiting: impl FnOnce(String)) -> Result<Lock, SetupError> {
        for dir in ["tools", "tmp", "logs"] {
            let dir = self.dir.join(dir);
            fs::create_dir_all(&dir).map_err(SetupError::file(&dir))?;
        }
        let path = self.dir.join("lock");
        let mut waiting = Some(waiting);
        let attempts = (|| ready(try_lock(&path)))
            .retry(ConstantBuilder::default().with_delay(TRY_AGAIN).without_max_times())
            .when(|error| matches!(error, NotLocked::Held { .. }))
            .notify(|error, _| {
                if let (NotLocked::Held { by }, Some(waiting)) = (error, waiting.take()) {
                    waiting(by.clone());
                }
            });
        match timeout(within, attempts).await {
            Ok(Ok(lock)) => Ok(lock),
            Ok(Err(NotLocked::Failed(source))) => Err(SetupError::File { path, source }),
            Ok(Err(NotLocked::Held { by })) => Err(SetupError::Busy { holder: by, waited: within }),
            Err(_) => Err(SetupError::Busy { holder: holder(&path), waited: within }),
        }
    }

    /// Removes what was left half done. Its makers may be dying and still writing, so what resists stays for the next time.
    pub(super) fn sweep(&self, _lock: &Lock) {
        for entry in fs::read_dir(self.dir.join("tmp")).into_iter().flatten().flatten() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }

    /// A fresh folder to work in; unlike any other, also of a process that had our id.
    pub(super) fn workplace(&self, name: &str, _lock: &Lock) -> Result<PathBuf, SetupError> {
        let tmp = self.dir.join("tmp");
        for attempt in 0.. {
            let dir = tmp.join(format!("{name}-{}-{attempt}", std::process::id()));
            match fs::create_dir(&dir) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                result => return result.map(|()| dir.clone()).map_err(SetupError::file(dir)),
            }
        }
        unreachable!("the loop has no end")
    }

    /// Puts finished work in its place: on the disk first, then renamed, so that what stands there is whole.
    ///
    /// The disk may take seconds, so a thread of its own waits for it.
    pub(super) async fn keep(&self, work: &Path, name: &str, _lock: &Lock) -> Result<PathBuf, SetupError> {
        let (work, place, tools) = (work.to_owned(), self.place(name), self.tools());
        let kept = spawn_blocking(move || put(&work, &place, &tools).map(|()| place)).await;
        // It is never aborted, so it can only have panicked: a bug, whose message is on stderr already.
        kept.unwrap_or_else(|error| Err(SetupError::File { path: self.tools(), source: error.into() }))
    }
}

fn put(work: &Path, place: &Path, tools: &Path) -> Result<(), SetupError> {
    sync(work).map_err(SetupError::file(work))?;
    // Something unsound may stand there: it makes way, by a rename, so that the place is never half empty.
    if place.exists() {
        fs::rename(place, work.with_extension("old")).map_err(SetupError::file(place))?;
    }
    fs::rename(work, place).map_err(SetupError::file(place))?;
    File::open(tools).and_then(|dir| dir.sync_all()).map_err(SetupError::file(tools))
}

/// Why the lock was not taken.
#[derive(Debug)]
enum NotLocked {
    /// Another process has it: its process ID, as it wrote it.
    Held { by: String },
    /// The file cannot be locked at all.
    Failed(io::Error),
}

impl From<io::Error> for NotLocked {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

fn try_lock(path: &Path) -> Result<Lock, NotLocked> {
    let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path)?;
    match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
        Ok(mut lock) => {
            lock.set_len(0)?;
            lock.rewind()?;
            writeln!(lock, "{}", std::process::id())?;
            Ok(Lock(lock))
        }
        Err((_, nix::errno::Errno::EWOULDBLOCK)) => Err(NotLocked::Held { by: holder(path) }),
        Err((_, error)) => Err(NotLocked::Failed(error.into())),
    }
}

/// The process that has the lock, as it wrote it.
fn holder(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}

fn sync(path: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(path)?.file_type();
    if kind.is_dir() {
        for entry in fs::read_dir(path)? {
            sync(&entry?.path())?;
        }
    }
    if kind.is_symlink() { Ok(()) } else { File::open(path)?.sync_all() }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use super::*;

    #[test]
    fn the_cache_is_where_the_most_specific_variable_says() {
        let at = |set: &[&str]| locate(|name| set.contains(&name).then(|| format!("/{name}")));
        assert_eq!(at(&["LAB_CACHE", "XDG_CACHE_HOME", "HOME"]), Some("/LAB_CACHE".into()));
        assert_eq!(at(&["XDG_CACHE_HOME", "HOME"]), Some("/XDG_CACHE_HOME/otel-lab".into()));
        assert_eq!(at(&["HOME"]), Some("/HOME/.cache/otel-lab".into()));
        assert_eq!(at(&[]), None);
    }

    #[tokio::test]
    async fn a_lock_that_is_not_given_back_is_said_with_its_holder() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path().to_owned());
        let lock = cache.lock(Duration::ZERO, |_| {}).await.unwrap();
        let error = cache.lock(Duration::ZERO, |_| {}).await.unwrap_err().to_string();
        assert!(error.contains(&format!("pid {}", std::process::id())), "{error}");
        drop(lock);
        cache.lock(Duration::ZERO, |_| {}).await.unwrap();
    }

    #[tokio::test]
    async fn who_waits_for_the_lock_is_told_once_who_has_it() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path().to_owned());
        let lock = cache.lock(Duration::ZERO, |_| {}).await.unwrap();
        let (told, hears) = tokio::sync::oneshot::channel();
        let waiting = cache.lock(Duration::from_secs(10), |holder| told.send(holder).unwrap());
        let (locked, ()) = tokio::join!(waiting, async {
            assert_eq!(hears.await.unwrap(), format!("{}", std::process::id()));
            drop(lock);
        });
        locked.unwrap();
    }

    #[tokio::test]
    async fn what_is_kept_takes_the_place_of_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path().to_owned());
        let lock = cache.lock(Duration::ZERO, |_| {}).await.unwrap();
        for content in ["old", "new"] {
            let work = cache.workplace("tool", &lock).unwrap().join("out");
            fs::create_dir(&work).unwrap();
            fs::write(work.join("program"), content).unwrap();
            let mut keeping = std::pin::pin!(cache.keep(&work, "tool-1", &lock));
            let polled = keeping.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(polled.is_pending(), "it waited for the disk in this thread");
            keeping.await.unwrap();
        }
        assert_eq!(fs::read_to_string(cache.place("tool-1").join("program")).unwrap(), "new");
        cache.sweep(&lock);
        assert_eq!(fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0);
    }
}
