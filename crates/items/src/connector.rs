//! How a socket to users is opened: the handshake, with what is agreed in it.

use std::time::Duration;

use telemetry::messaging::Instrumented;
use telemetry::{Defect, connections};
use thiserror::Error;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use websocket_instrumentation::Instrumentation;

use crate::config::Config;
use crate::conversation::Conversation;
use crate::defect;

/// Where it is opened.
pub const PATH: &str = "/ws";
/// How long users may take to accept it.
const CONNECT_DEADLINE: Duration = Duration::from_secs(2);

/// Opens sockets to users.
#[derive(Debug)]
pub struct Connector {
    url: String,
    instrumentation: Instrumentation,
    deadline: Duration,
    defect: Option<Defect>,
}

/// Why a socket was not opened.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// Users did not answer.
    #[error("no answer in time")]
    Deadline,
    /// Nobody is there, or what answered is no WebSocket.
    #[error(transparent)]
    Handshake(#[from] tokio_tungstenite::tungstenite::Error),
}

impl ConnectError {
    /// A few distinct words, for the counter.
    pub fn error_type(&self) -> &'static str {
        match self {
            Self::Deadline => "timeout",
            Self::Handshake(_) => "handshake",
        }
    }
}

impl Connector {
    /// Remembers where users is, and whether a library is to make the spans of messages.
    pub fn new(config: &Config) -> Self {
        let instrumentation = match config.way {
            Instrumented::ByLibrary => Instrumentation::builder().with_destination(PATH).build(),
            Instrumented::ByTracing => Instrumentation::disabled(),
        };
        let deadline = config.patience.of(CONNECT_DEADLINE);
        Self { url: format!("ws://{}{PATH}", config.users), instrumentation, deadline, defect: config.defect }
    }

    /// Opens one.
    pub async fn connect(&self) -> Result<Conversation, ConnectError> {
        let mut request = self.url.as_str().into_client_request()?;
        defect::offer(self.defect, &self.instrumentation, request.headers_mut());
        let connected = timeout(self.deadline, connect_async(request)).await;
        let (stream, response) = connected.map_err(|_| ConnectError::Deadline)??;
        connections::opened("websocket");
        tracing::info!("socket to users connected");
        Ok(Conversation::new(self.instrumentation.connected(stream, response.headers())))
    }
}
