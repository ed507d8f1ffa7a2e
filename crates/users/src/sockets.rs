//! The open WebSockets of `users`, with the settings that they have in common.

use telemetry::Defect;
use telemetry::messaging::{Channel, WebSocketTracing};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use websocket_instrumentation::Instrumentation;

use crate::config::Config;

/// The path of the WebSocket.
pub const PATH: &str = "/ws";

/// The open WebSockets. The server's drain does not include them, because they are not requests after the upgrade.
#[derive(Debug, Clone)]
pub struct Sockets {
    pub(crate) websocket_tracing: WebSocketTracing,
    pub(crate) channel: Channel,
    pub(crate) instrumentation: Instrumentation,
    pub(crate) defect: Option<Defect>,
    pub(crate) open: TaskTracker,
    pub(crate) stop: CancellationToken,
}

impl Sockets {
    /// Creates an empty set. Canceling `stop` closes all WebSockets.
    pub fn new(config: &Config, stop: CancellationToken) -> Self {
        let instrumentation = match config.websocket_tracing {
            WebSocketTracing::Library => Instrumentation::builder().with_destination(PATH).build(),
            WebSocketTracing::Manual => Instrumentation::disabled(),
        };
        let (websocket_tracing, defect) = (config.websocket_tracing, config.defect);
        let channel = Channel::websocket(PATH);
        Self { websocket_tracing, channel, instrumentation, defect, open: TaskTracker::new(), stop }
    }

    /// Waits until the last WebSocket is closed.
    pub async fn closed(&self) {
        self.open.close();
        self.open.wait().await;
    }
}
