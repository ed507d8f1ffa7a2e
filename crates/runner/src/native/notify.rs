//! The socket on which a part reports that it is ready (`sd_notify(3)`), as systemd offers one to its units.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::net::UnixDatagram;

/// The parent of the folders for sockets. The path of a socket has at most 107 bytes, and the run's folder or `TMPDIR`
/// may be longer.
const PARENT: &str = "/tmp";

/// The prefix of the name of such a folder. A random part follows.
const PREFIX: &str = "otel-lab-";

/// One part's NOTIFY_SOCKET.
#[derive(Debug)]
pub(super) struct NotifySocket {
    socket: UnixDatagram,
    /// Removed with the socket. Only its owner may enter it, and its name cannot be guessed.
    folder: TempDir,
}

impl NotifySocket {
    /// Binds a socket in a fresh folder.
    pub(super) fn bind() -> io::Result<Self> {
        let owner_only = Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().prefix(PREFIX).permissions(owner_only).tempdir_in(PARENT)?;
        Ok(Self { socket: UnixDatagram::bind(folder.path().join("notify"))?, folder })
    }

    /// The value of NOTIFY_SOCKET.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("notify")
    }

    /// Waits for READY=1. Other messages may come before.
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

/// Removes the folder of a socket whose `lab` was killed.
pub(super) fn remove_abandoned(socket: &Path) {
    let Some(folder) = socket.parent().filter(|folder| folder.parent() == Some(Path::new(PARENT))) else { return };
    let name = folder.file_name().unwrap_or_default();
    if name.as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
        // Neither is recursive: other files in the folder are not ours.
        let _ = std::fs::remove_file(socket);
        let _ = std::fs::remove_dir(folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ready_is_received_among_other_messages() {
        let socket = NotifySocket::bind().unwrap();
        let part = UnixDatagram::unbound().unwrap();
        part.send_to(b"STATUS=READY=10", socket.path()).await.unwrap();
        assert!(tokio::time::timeout(std::time::Duration::from_millis(50), socket.ready()).await.is_err());
        part.send_to(b"STATUS=here\nREADY=1\n", socket.path()).await.unwrap();
        socket.ready().await.unwrap();
    }

    #[tokio::test]
    async fn a_socket_is_in_a_fresh_folder_that_only_its_owner_may_enter() {
        let [one, two] = [(); 2].map(|()| NotifySocket::bind().unwrap());
        let (folder, other) = (one.folder.path().to_owned(), two.folder.path());
        assert_ne!(folder, other, "the name can be guessed");
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        drop(one);
        assert!(!folder.exists() && other.exists());
    }

    #[tokio::test]
    async fn the_folder_of_a_killed_lab_is_removed_and_no_other() {
        let abandoned = std::mem::ManuallyDrop::new(NotifySocket::bind().unwrap());
        let dir = tempfile::tempdir().unwrap();
        let other = dir.path().join("notify");
        let _other = UnixDatagram::bind(&other).unwrap();
        remove_abandoned(&abandoned.path());
        remove_abandoned(&other);
        assert!(!abandoned.folder.path().exists() && other.exists());
    }
}
