//! Binds the listeners of a service.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;

/// The bound listeners of a service that has HTTP routes.
#[derive(Debug)]
pub struct Listeners {
    /// For requests and WebSockets.
    pub http: TcpListener,
    /// For the admin routes: health, metrics, ended spans and sampler.
    pub admin: TcpListener,
}

/// An address on which the process cannot listen, for example because another process uses the port.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}")]
pub struct ListenError {
    /// The address.
    pub address: SocketAddr,
    source: io::Error,
}

impl Listeners {
    /// Binds both listeners.
    ///
    /// # Errors
    ///
    /// Returns an error for the first address that cannot be bound.
    pub async fn bind(http: SocketAddr, admin: SocketAddr) -> Result<Self, ListenError> {
        Ok(Self { http: bind(http).await?, admin: bind(admin).await? })
    }
}

/// Binds one listener.
///
/// # Errors
///
/// Returns an error if the address cannot be bound.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address).await.map_err(|source| ListenError { address, source })
}
