//! Opens the WebSocket to `users`, including the handshake of the instrumentation.

use std::time::Duration;

use telemetry::messaging::WebSocketTracing;
use telemetry::{Defect, connections};
use thiserror::Error;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use websocket_instrumentation::Instrumentation;

use crate::config::Config;
use crate::conversation::Conversation;
use crate::defect;

/// The path of the WebSocket.
pub const PATH: &str = "/ws";
/// The timeout of the handshake, before the timeout factor is applied.
const CONNECT_DEADLINE: Duration = Duration::from_secs(2);

/// Opens WebSockets to `users`.
#[derive(Debug)]
pub struct Connector {
    url: String,
    instrumentation: Instrumentation,
    deadline: Duration,
    defect: Option<Defect>,
}

/// The reason why a WebSocket could not be opened.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// `users` did not respond in time.
    #[error("no response within the time limit")]
    Timeout,
    /// The connection was refused, or the response is not a WebSocket handshake.
    #[error(transparent)]
    Handshake(#[from] tokio_tungstenite::tungstenite::Error),
}

impl ConnectError {
    /// The value of `error.type` for the connection counter.
    pub fn error_type(&self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Handshake(_) => "handshake",
        }
    }
}

impl Connector {
    /// Creates a connector for the address and the instrumentation in the settings.
    pub fn new(config: &Config) -> Self {
        let instrumentation = match config.websocket_tracing {
            WebSocketTracing::Library => Instrumentation::builder().with_destination(PATH).build(),
            WebSocketTracing::Manual => Instrumentation::disabled(),
        };
        let deadline = config.timeout_factor.scale(CONNECT_DEADLINE);
        Self { url: format!("ws://{}{PATH}", config.users), instrumentation, deadline, defect: config.defect }
    }

    /// Opens a WebSocket.
    ///
    /// # Errors
    ///
    /// Returns an error if the handshake fails or takes too long.
    pub async fn connect(&self) -> Result<Conversation, ConnectError> {
        let mut request = self.url.as_str().into_client_request()?;
        defect::offer(self.defect, &self.instrumentation, request.headers_mut());
        let connected = timeout(self.deadline, connect_async(request)).await;
        let (stream, response) = connected.map_err(|_| ConnectError::Timeout)??;
        connections::opened("websocket");
        tracing::info!("the WebSocket to `users` is connected");
        Ok(Conversation::new(self.instrumentation.connected(stream, response.headers())))
    }
}
