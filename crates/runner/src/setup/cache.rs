//! The folder that keeps what was downloaded and built: complete or not at all, whatever happens in between.
//!
//! Work is done in a folder below `tmp`, written to the disk and then renamed to its place below `tools`. A lock admits
//! one `lab` at a time. The kernel releases it when its holder dies, and the next holder removes what that left in
//! `tmp`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::unistd::syncfs;
use tempfile::TempDir;
use tokio::task::spawn_blocking;
use tokio::time::{interval, timeout};

use super::setup_error::SetupError;

/// How often the lock is tried.
const TRY_AGAIN: Duration = Duration::from_millis(200);

/// The folder of the cache: `$LAB_CACHE`, else `$XDG_CACHE_HOME/otel-lab`, else `~/.cache/otel-lab`; none without a
/// home.
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
    /// Its folder, which need not exist.
    pub dir: PathBuf,
}

/// The right to change the cache, until it is dropped or the process ends.
pub(super) type Lock = Flock<File>;

impl Cache {
    /// The folder of finished results.
    pub(super) fn tools(&self) -> PathBuf {
        self.dir.join("tools")
    }

    /// The place of a finished result, whether it exists or not.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.tools().join(name)
    }

    /// The path of a log, in a folder that exists.
    pub(super) fn log(&self, name: &str) -> Result<PathBuf, SetupError> {
        let dir = self.dir.join("logs");
        fs::create_dir_all(&dir).map_err(SetupError::file(&dir))?;
        Ok(dir.join(format!("{name}.log")))
    }

    /// Takes the lock, for which it waits until `within`. Passes the process ID of the holder once to `waiting`.
    pub(super) async fn lock(&self, within: Duration, waiting: impl FnOnce(String)) -> Result<Lock, SetupError> {
        for dir in ["tools", "tmp"] {
            let dir = self.dir.join(dir);
            fs::create_dir_all(&dir).map_err(SetupError::file(&dir))?;
        }
        let path = self.dir.join("lock");
        let holder = || fs::read_to_string(&path).unwrap_or_default().trim().to_owned();
        let locked = timeout(within, async {
            let (mut waiting, mut ticks) = (Some(waiting), interval(TRY_AGAIN));
            loop {
                ticks.tick().await;
                match try_lock(&path) {
                    Ok(None) => waiting.take().into_iter().for_each(|waiting| waiting(holder())),
                    Ok(Some(lock)) => return Ok(lock),
                    Err(error) => return Err(error),
                }
            }
        });
        let locked = locked.await.map_err(|_| SetupError::Busy { holder: holder(), waited: within })?;
        locked.map_err(SetupError::file(&path))
    }

    /// Removes unfinished work. Its processes may be dying and still writing, so what cannot be removed stays for the
    /// next time.
    pub(super) fn sweep(&self, _lock: &Lock) {
        for entry in fs::read_dir(self.dir.join("tmp")).into_iter().flatten().flatten() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }

    /// A new folder to work in.
    pub(super) fn workplace(&self, name: &str, _lock: &Lock) -> Result<TempDir, SetupError> {
        let tmp = self.dir.join("tmp");
        tempfile::Builder::new().prefix(name).tempdir_in(&tmp).map_err(SetupError::file(tmp))
    }

    /// Puts finished work from a workplace in its place: written to the disk and then renamed, so that the place has
    /// all or nothing. The disk may take seconds, so a separate thread waits for it.
    pub(super) async fn keep(&self, work: &Path, name: &str, _lock: &Lock) -> Result<PathBuf, SetupError> {
        let (work, place) = (work.to_owned(), self.place(name));
        let kept = spawn_blocking(move || put(&work, &place).map(|()| place)).await;
        // It is never aborted, so it can only have panicked: a bug, whose message is on stderr already.
        kept.unwrap_or_else(|error| Err(error.into())).map_err(SetupError::file(self.place(name)))
    }
}

fn put(work: &Path, place: &Path) -> io::Result<()> {
    syncfs(File::open(work)?)?;
    // An incomplete result may be there. A rename removes it at once, so that the place never has a part of a result.
    if place.exists() {
        fs::rename(place, work.with_extension("old"))?;
    }
    fs::rename(work, place)?;
    Ok(syncfs(File::open(place)?)?)
}

/// Takes the lock unless another process has it.
fn try_lock(path: &Path) -> io::Result<Option<Lock>> {
    let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path)?;
    match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
        Ok(mut lock) => {
            lock.set_len(0)?;
            lock.rewind()?;
            writeln!(lock, "{}", std::process::id())?;
            Ok(Some(lock))
        }
        Err((_, Errno::EWOULDBLOCK)) => Ok(None),
        Err((_, error)) => Err(error.into()),
    }
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
    async fn a_lock_that_is_not_released_is_reported_with_its_holder() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache { dir: dir.path().to_owned() };
        let lock = cache.lock(Duration::ZERO, |_| {}).await.unwrap();
        let error = cache.lock(Duration::ZERO, |_| {}).await.unwrap_err().to_string();
        assert!(error.contains(&format!("pid {}", std::process::id())), "{error}");
        drop(lock);
        cache.lock(Duration::ZERO, |_| {}).await.unwrap();
    }

    #[tokio::test]
    async fn a_wait_for_the_lock_is_reported_once_with_its_holder() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache { dir: dir.path().to_owned() };
        let lock = cache.lock(Duration::ZERO, |_| {}).await.unwrap();
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let waiting = cache.lock(Duration::from_secs(10), |holder| sender.send(holder).unwrap());
        let (locked, ()) = tokio::join!(waiting, async {
            assert_eq!(receiver.await.unwrap(), format!("{}", std::process::id()));
            drop(lock);
        });
        locked.unwrap();
    }

    #[tokio::test]
    async fn what_is_kept_takes_the_place_of_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache { dir: dir.path().to_owned() };
        let lock = cache.lock(Duration::ZERO, |_| {}).await.unwrap();
        for content in ["old", "new"] {
            let workplace = cache.workplace("tool", &lock).unwrap();
            let work = workplace.path().join("out");
            fs::create_dir(&work).unwrap();
            fs::write(work.join("program"), content).unwrap();
            let mut keeping = std::pin::pin!(cache.keep(&work, "tool-1", &lock));
            let polled = keeping.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(polled.is_pending(), "it waited for the disk in this thread");
            keeping.await.unwrap();
        }
        assert_eq!(fs::read_to_string(cache.place("tool-1").join("program")).unwrap(), "new");
        assert_eq!(fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0);
    }
}
