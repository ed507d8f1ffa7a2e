//! The task that owns the WebSocket to `users`: it connects, sends the messages of requests, and reconnects.

use telemetry::backoff::Backoff;
use telemetry::connections;
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::connector::Connector;
use crate::conversation::End;
use crate::outgoing::Outgoing;
use crate::socket_error::SocketError;

/// Keeps the WebSocket connected until `stop` is canceled or all senders of messages are dropped.
pub async fn keep_connected(connector: Connector, mut outgoing: mpsc::Receiver<Outgoing>, stop: CancellationToken) {
    let mut backoff = Backoff::default();
    // A message that arrived without a connection. It starts an attempt at once instead of waiting for the back-off.
    let mut first = None;
    loop {
        let connected = tokio::select! {
            connected = connector.connect() => connected,
            () = stop.cancelled() => return,
        };
        match connected {
            Ok(mut conversation) => {
                backoff.reset();
                let end = conversation.run(first.take(), &mut outgoing, &stop).await;
                tracing::info!(%end, "the WebSocket to `users` is closed");
                if end == End::Stopped {
                    return;
                }
            }
            Err(error) => {
                connections::failed("websocket", error.error_type());
                tracing::warn!(%error, "cannot connect the WebSocket to `users`; retrying");
                reject(first.take(), &mut outgoing);
            }
        }
        tokio::select! {
            () = sleep(backoff.next_delay()) => {}
            message = outgoing.recv() => match message {
                Some(message) => first = Some(message),
                None => return,
            },
            () = stop.cancelled() => return,
        }
    }
}

/// Rejects all messages that are waiting.
fn reject(first: Option<Outgoing>, outgoing: &mut mpsc::Receiver<Outgoing>) {
    let queued = std::iter::from_fn(|| outgoing.try_recv().ok());
    for message in first.into_iter().chain(queued) {
        // This fails only if the request was canceled.
        let _ = message.sent.send(Err(SocketError::NotConnected));
    }
}
