//! The reasons why a message was not acknowledged.

use thiserror::Error;

/// The reason why a message was not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SocketError {
    /// The WebSocket is not connected at the moment. The task is reconnecting.
    #[error("the socket to users is not connected")]
    NotConnected,
    /// The connection was lost before the acknowledgment arrived.
    #[error("the socket to users broke before the acknowledgement")]
    Broken,
    /// The acknowledgment did not arrive in time.
    #[error("users did not acknowledge the message in time")]
    Silent,
    /// `users` replied with an error.
    #[error("users refused the message")]
    Refused,
}
