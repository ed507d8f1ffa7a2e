//! The HTTP client for `remote-users`, which returns the list of users.

use telemetry::Peer;
use telemetry::http_client::{self, Client, Timeouts};
use thiserror::Error;

use crate::user::{User, UserListError, parse_list};

/// A client of `remote-users`. All requests share its connections.
#[derive(Debug, Clone)]
pub struct RemoteUsers {
    client: Client,
    url: String,
}

/// The reason why `remote-users` returned no list.
#[derive(Debug, Error)]
pub enum RemoteUsersError {
    /// `remote-users` sent no complete response.
    #[error("the request to `remote-users` failed")]
    Call(#[from] http_client::Error),
    /// The body of the response is not a list of users.
    #[error("the response of `remote-users` is not a list of users")]
    List(#[from] UserListError),
}

impl RemoteUsers {
    /// Creates a client for the address of `remote-users`.
    ///
    /// # Errors
    ///
    /// Returns an error if the underlying client cannot be built.
    pub fn new(peer: &Peer, timeouts: Timeouts) -> Result<Self, http_client::Error> {
        let client = Client::new(timeouts)?;
        Ok(Self { client, url: format!("http://{peer}/get_users") })
    }

    /// Requests the list.
    ///
    /// # Errors
    ///
    /// Returns an error if no complete response arrives, or if its body is not a list of users.
    pub async fn fetch(&self) -> Result<Vec<User>, RemoteUsersError> {
        let response = self.client.get(&self.url).await?;
        Ok(parse_list(&response.body)?)
    }
}
