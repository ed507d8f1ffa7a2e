//! The reasons why a message was not acknowledged.

use thiserror::Error;

/// The reason why a message was not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SocketError {
    /// The WebSocket is not connected at the moment. The task is reconnecting.
    #[error("the WebSocket is not connected")]
    NotConnected,
    /// The connection was lost before the acknowledgment arrived.
    #[error("the WebSocket was closed before the acknowledgment")]
    Broken,
    /// The acknowledgment did not arrive in time.
    #[error("no acknowledgment within the time limit")]
    AckTimeout,
    /// `users` replied with an error.
    #[error("`users` rejected the message")]
    Rejected,
}
