//! remote-users, as users sees it: a list of users over HTTP.

use telemetry::Peer;
use telemetry::http_client::{self, Client, Timeouts};
use thiserror::Error;

use crate::user::{User, UserListError, parse_list};

/// The client of remote-users.  All requests share its connections.
#[derive(Debug, Clone)]
pub struct RemoteUsers {
    client: Client,
    url: String,
}

/// Why there is no list.
#[derive(Debug, Error)]
pub enum RemoteUsersError {
    /// remote-users did not answer, or not with 200.
    #[error("remote-users does not answer")]
    Call(#[from] http_client::Error),
    /// What it answered is no list of users.
    #[error("remote-users answered something else")]
    List(#[from] UserListError),
}

impl RemoteUsers {
    /// Remembers where remote-users is.
    pub fn new(peer: &Peer, timeouts: Timeouts) -> Result<Self, http_client::Error> {
        let client = Client::new(timeouts)?;
        Ok(Self { client, url: format!("http://{peer}/get_users") })
    }

    /// Asks for the list.
    pub async fn fetch(&self) -> Result<Vec<User>, RemoteUsersError> {
        let response = self.client.get(&self.url).await?;
        Ok(parse_list(&response.body)?)
    }
}
