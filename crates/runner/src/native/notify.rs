//! The socket on which a part reports that it is ready (`sd_notify(3)`), as systemd offers one to its units.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::net::UnixDatagram;

/// The longest path that fits into `sockaddr_un`, with its closing zero.
const LONGEST: usize = 107;

/// Where the folders for short paths are. Not `TMPDIR`, which may be long itself.
const SHORT: &str = "/tmp";

/// How the name of such a folder begins; a random part follows.
const PREFIX: &str = "otel-lab-";

/// One part's NOTIFY_SOCKET.
#[derive(Debug)]
pub(super) struct NotifySocket {
    socket: UnixDatagram,
    path: PathBuf,
    /// Removed with the socket. Only its owner may enter it, and nobody can guess its name beforehand.
    _short: Option<TempDir>,
}

impl NotifySocket {
    /// Binds `<part>.notify` in the run's folder, or in a fresh folder when the path would not fit into a socket address.
    pub(super) fn bind(dir: &Path, part: &str) -> io::Result<Self> {
        let name = format!("{part}.notify");
        let in_run = dir.join(&name);
        let fits = in_run.as_os_str().len() <= LONGEST;
        let short = (!fits).then(short_folder).transpose()?;
        let path = short.as_ref().map_or(in_run, |short| short.path().join(&name));
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        Ok(Self { socket: UnixDatagram::bind(&path)?, path, _short: short })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Waits until READY=1 has been said; the process may say other things before.
    pub(super) async fn ready(&self) -> io::Result<()> {
        let mut message = [0; 4096];
        loop {
            let length = self.socket.recv(&mut message).await?;
            if message[..length].split(|byte| *byte == b'\n').any(|line| line == b"READY=1") {
                return Ok(());
            }
        }
    }
}

impl Drop for NotifySocket {
    fn drop(&mut self) {
        // The folder goes with the run; a socket that is still there harms nobody.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A fresh folder that only its owner may enter.
fn short_folder() -> io::Result<TempDir> {
    tempfile::Builder::new().prefix(PREFIX).permissions(Permissions::from_mode(0o700)).tempdir_in(SHORT)
}

/// Removes the short folder of a socket whose `lab` was killed; the sockets in a run's folder go with the run.
pub(super) fn remove_abandoned(socket: &Path) {
    let Some(folder) = socket.parent().filter(|folder| folder.parent() == Some(Path::new(SHORT))) else { return };
    let name = folder.file_name().unwrap_or_default();
    if name.as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
        // Neither is recursive: whatever else is in there is not ours, and stays.
        let _ = std::fs::remove_file(socket);
        let _ = std::fs::remove_dir(folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ready_is_heard_among_other_things() {
        let dir = tempfile::tempdir().unwrap();
        let socket = NotifySocket::bind(dir.path(), "a").unwrap();
        let part = UnixDatagram::unbound().unwrap();
        part.send_to(b"STATUS=READY=10", socket.path()).await.unwrap();
        assert!(tokio::time::timeout(std::time::Duration::from_millis(50), socket.ready()).await.is_err());
        part.send_to(b"STATUS=here\nREADY=1\n", socket.path()).await.unwrap();
        socket.ready().await.unwrap();
    }

    /// A run's folder whose path is too long for a socket.
    fn long(dir: &tempfile::TempDir) -> PathBuf {
        let long = dir.path().join("x".repeat(120));
        std::fs::create_dir_all(&long).unwrap();
        long
    }

    #[tokio::test]
    async fn a_path_too_long_for_a_socket_is_replaced_by_a_fresh_folder_of_its_owner() {
        let dir = tempfile::tempdir().unwrap();
        let [one, two] = ["a", "a"].map(|part| NotifySocket::bind(&long(&dir), part).unwrap());
        let (folder, other) = (one.path().parent().unwrap().to_owned(), two.path().parent().unwrap());
        assert_ne!(folder, other, "the name can be guessed");
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        drop(one);
        assert!(!folder.exists() && other.exists());
    }

    #[tokio::test]
    async fn the_folder_of_a_killed_lab_is_removed_and_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let abandoned = std::mem::ManuallyDrop::new(NotifySocket::bind(&long(&dir), "a").unwrap());
        let in_run = NotifySocket::bind(dir.path(), "a").unwrap();
        remove_abandoned(abandoned.path());
        remove_abandoned(in_run.path());
        assert!(!abandoned.path().parent().unwrap().exists() && in_run.path().exists());
    }
}
