//! An address that refuses connections, for tests of parts that are down.

use std::mem;

use tokio::net::TcpSocket;

use crate::environment::Peer;

/// An address that refuses connections until the test process ends: its port is bound, and nothing listens on it.
///
/// # Panics
///
/// Panics outside a tokio runtime, and if no port is free on loopback.
#[must_use]
pub fn refusing_peer() -> Peer {
    let socket = TcpSocket::new_v4().expect("sockets can be created");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("loopback has a free port");
    let port = socket.local_addr().expect("a bound socket has an address").port();
    // A closed socket would free the port, and a server of another test could get it while this test still uses it.
    mem::forget(socket);
    Peer { host: "127.0.0.1".to_owned(), port }
}
