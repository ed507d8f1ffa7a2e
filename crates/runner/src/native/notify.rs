//! The socket on which a part says that it is ready (`sd_notify(3)`), as systemd offers one to its units.

use std::io;
use std::path::{Path, PathBuf};

use tokio::net::UnixDatagram;

/// The longest path that fits into `sockaddr_un`, with its closing zero.
const LONGEST: usize = 107;

/// One part's NOTIFY_SOCKET.
#[derive(Debug)]
pub(super) struct NotifySocket {
    socket: UnixDatagram,
    path: PathBuf,
}

impl NotifySocket {
    /// Binds `<part>.notify` in the run's folder, or in `short` when the path would not fit into a socket address.
    pub(super) fn bind(dir: &Path, short: &Path, part: &str) -> io::Result<Self> {
        let name = format!("{part}.notify");
        let mut path = dir.join(&name);
        if path.as_os_str().len() > LONGEST {
            std::fs::create_dir_all(short)?;
            path = short.join(&name);
        }
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        Ok(Self { socket: UnixDatagram::bind(&path)?, path })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ready_is_heard_among_other_things() {
        let dir = tempfile::tempdir().unwrap();
        let socket = NotifySocket::bind(dir.path(), dir.path(), "a").unwrap();
        let part = UnixDatagram::unbound().unwrap();
        part.send_to(b"STATUS=READY=10", socket.path()).await.unwrap();
        assert!(tokio::time::timeout(std::time::Duration::from_millis(50), socket.ready()).await.is_err());
        part.send_to(b"STATUS=here\nREADY=1\n", socket.path()).await.unwrap();
        socket.ready().await.unwrap();
    }

    #[tokio::test]
    async fn a_path_too_long_for_a_socket_is_replaced_by_a_short_one() {
        let dir = tempfile::tempdir().unwrap();
        let long = dir.path().join("x".repeat(120));
        std::fs::create_dir_all(&long).unwrap();
        let socket = NotifySocket::bind(&long, &dir.path().join("short"), "a").unwrap();
        assert_eq!(socket.path(), dir.path().join("short/a.notify"));
    }
}
