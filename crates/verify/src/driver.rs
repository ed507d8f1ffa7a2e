//! Drives a step: its requests, its Redis command or its message over a WebSocket.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::problem::Problem;
use crate::response_check;
use crate::step_response::StepResponse;
use crate::{http_request, redis_command, websocket_message};
use ledger::timeouts::Timeouts;
use scenario::topology::Topology;
use scenario::{Action, Step};

/// Sends the requests of steps to the parts of a topology.
#[derive(Debug, Clone)]
pub(crate) struct Driver {
    pub(crate) client: reqwest::Client,
    pub(crate) topology: Topology,
    timeouts: Timeouts,
}

impl Driver {
    pub(crate) fn new(topology: Topology, timeouts: Timeouts) -> Result<Self> {
        let builder = reqwest::Client::builder().connect_timeout(timeouts.for_a_connection());
        let client = builder.timeout(timeouts.deadline).no_proxy().build();
        Ok(Self { client: client.context("cannot build the HTTP client")?, topology, timeouts })
    }

    /// Sends what a step sends; with `until`, again and again until the response is the expected one or the time is over.
    ///
    /// # Errors
    /// When a request gets no response; a Redis command with `until`, until the time is over.
    pub(crate) async fn send_until_expected(&self, step: &Step) -> Result<StepResponse> {
        let timeout = match &step.action {
            Action::Get(get) => get.until.then_some(self.timeouts.deadline),
            Action::Redis { until, .. } => until.then(|| self.timeouts.for_a_reply()),
            Action::WebSocket(_) => None,
        };
        let begun = Instant::now();
        let mut ticks = interval(Duration::from_millis(50));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut earlier, mut requests) = (Vec::new(), 0);
        loop {
            ticks.tick().await;
            requests += 1;
            let response = match (self.send(step).await, &step.action) {
                // Redis refuses connections, or commands, while it starts.
                (Err(_), Action::Redis { .. }) if timeout.is_some_and(|timeout| begun.elapsed() < timeout) => continue,
                (response, _) => response?,
            };
            let done = timeout.is_none() || response_check::is_expected(&step.check, &response);
            if done || timeout.is_some_and(|timeout| begun.elapsed() > timeout) {
                let seconds = begun.elapsed().as_secs_f64();
                let gave_up = (!done).then_some(Problem::GaveUp { seconds, requests });
                return Ok(StepResponse { earlier, gave_up, ..response });
            }
            earlier.extend(response.responses);
        }
    }

    async fn send(&self, step: &Step) -> Result<StepResponse> {
        let Self { client, topology, timeouts } = self;
        match &step.action {
            Action::Get(get) => http_request::send(client, topology, get).await,
            Action::WebSocket(message) => {
                websocket_message::send(topology, message, timeouts.for_a_websocket_message()).await
            }
            Action::Redis { command, .. } => redis_command::send(topology, command, timeouts.for_a_reply()).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use scenario::Check;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// A Redis that closes its first connection, is loading on the second one, and then replies 1.
    async fn starting_redis() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            drop(listener.accept().await.unwrap());
            for reply in ["-LOADING Redis is loading the dataset in memory\r\n", ":1\r\n"] {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = vec![0; 4096];
                while let Ok(length @ 1..) = stream.read(&mut request).await {
                    let commands = request[..length].iter().filter(|byte| **byte == b'*').count();
                    let _ = stream.write_all(reply.repeat(commands).as_bytes()).await;
                }
            }
        });
        port
    }

    #[tokio::test]
    async fn a_redis_command_with_until_waits_for_a_redis_that_starts() {
        let port = starting_redis().await.to_string();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let located = |name: &str| (name == "LAB_REDIS_TCP").then(|| port.clone());
        let topology = scenario::topology::Topology::load_located(&root, 0, located).unwrap();
        let driver = Driver::new(topology, Timeouts { deadline: Duration::from_secs(10) }).unwrap();
        let command = vec!["EXISTS".to_owned(), "key".to_owned()];
        let check = Check { answer: Some(1.into()), ..Check::default() };
        let step = |until| {
            let action = Action::Redis { command: command.clone(), until };
            let (caption, check, covers, stopped, kill) = (String::new(), check.clone(), vec![], vec![], vec![]);
            Step { caption, line: 1, covers, action, stopped, kill, terminate: None, pause: None, write: None, check }
        };
        assert!(driver.send_until_expected(&step(false)).await.is_err());
        assert_eq!(driver.send_until_expected(&step(true)).await.unwrap().reply.unwrap().1, 1);
    }
}
