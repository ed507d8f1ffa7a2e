//! The processes of this computer, from `/proc`. A process that ends while it is read is left out.

use procfs::net::{TcpState, tcp, tcp6};
use procfs::process::{FDTarget, Process, all_processes};

/// The process that has a socket open: its ID, and its command line with spaces between the words.
pub(super) fn owner(inode: u64) -> Option<(u32, String)> {
    let has_it_open = |process: &Process| {
        let open = process.fd().into_iter().flatten().flatten();
        open.into_iter().any(|descriptor| matches!(descriptor.target, FDTarget::Socket(socket) if socket == inode))
    };
    let process = all_processes().ok()?.flatten().find(has_it_open)?;
    let words: Vec<String> = process.cmdline().ok()?.into_iter().filter(|word| !word.is_empty()).collect();
    Some((u32::try_from(process.pid()).ok()?, words.join(" ")))
}

/// The inode of the socket that listens on a port, of IPv4 or IPv6.
pub(super) fn listener(port: u16) -> Option<u64> {
    let sockets = [tcp(), tcp6()].into_iter().flatten().flatten();
    let mut listeners = sockets.filter(|socket| socket.state == TcpState::Listen);
    listeners.find(|socket| socket.local_address.port() == port).map(|socket| socket.inode)
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_listening_socket_leads_to_its_process_and_a_connection_does_not() {
        let listener_here = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener_here.local_addr().unwrap();
        let (pid, command) = owner(listener(address.port()).unwrap()).unwrap();
        assert_eq!(pid, std::process::id());
        assert!(command.starts_with(&std::env::args().next().unwrap()), "{command}");
        let connection = TcpStream::connect(address).unwrap();
        assert_eq!(listener(connection.local_addr().unwrap().port()), None);
    }
}
