//! The processes of this computer, from `/proc`. A process that ends while it is read is left out.

use procfs::net::{TcpState, tcp, tcp6};
use procfs::process::{FDTarget, Process, all_processes};

/// The command line of a process, its words joined by spaces.
pub(super) fn command(pid: u32) -> Option<String> {
    let words = Process::new(i32::try_from(pid).ok()?).ok()?.cmdline().ok()?;
    let text = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// The process that has a socket open.
pub(super) fn owner(inode: u64) -> Option<u32> {
    let has_it_open = |process: &Process| {
        let open = process.fd().into_iter().flatten().flatten();
        open.into_iter().any(|descriptor| matches!(descriptor.target, FDTarget::Socket(socket) if socket == inode))
    };
    let process = all_processes().ok()?.flatten().find(has_it_open)?;
    u32::try_from(process.pid()).ok()
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
        assert_eq!(owner(listener(address.port()).unwrap()), Some(std::process::id()));
        let connection = TcpStream::connect(address).unwrap();
        assert_eq!(listener(connection.local_addr().unwrap().port()), None);
    }

    #[test]
    fn our_own_command_line_is_ours() {
        let ours = std::env::args().next().unwrap();
        assert!(command(std::process::id()).unwrap().starts_with(&ours));
    }
}
