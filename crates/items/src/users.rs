//! users, as items sees it: one user over HTTP.

use serde_json::{Map, Value};
use telemetry::Peer;
use telemetry::http_client::{Client, Error, Timeouts};

/// The client of users.  All requests share its connections.
#[derive(Debug, Clone)]
pub struct Users {
    client: Client,
    url: String,
}

impl Users {
    /// Remembers where users is.
    pub fn new(peer: &Peer, timeouts: Timeouts) -> Result<Self, Error> {
        Ok(Self { client: Client::new(timeouts)?, url: format!("http://{peer}/user") })
    }

    /// Asks for a user: any object, which items hands on as it is.
    pub async fn user(&self) -> Result<Map<String, Value>, Error> {
        self.client.get_json(&self.url).await
    }
}
