//! The HTTP client for `users`, which returns one user.

use serde_json::{Map, Value};
use telemetry::Peer;
use telemetry::http_client::{Client, Error, Timeouts};

/// A client of `users`. All requests share its connections.
#[derive(Debug, Clone)]
pub struct Users {
    client: Client,
    url: String,
}

impl Users {
    /// Creates a client for the address of `users`.
    ///
    /// # Errors
    ///
    /// Returns an error if the underlying client cannot be built.
    pub fn new(peer: &Peer, timeouts: Timeouts) -> Result<Self, Error> {
        Ok(Self { client: Client::new(timeouts)?, url: format!("http://{peer}/user") })
    }

    /// Requests a user. The JSON object is not interpreted.
    ///
    /// # Errors
    ///
    /// Returns an error if the call fails. The CLIENT span records it.
    pub async fn user(&self) -> Result<Map<String, Value>, Error> {
        self.client.get_json(&self.url).await
    }
}
