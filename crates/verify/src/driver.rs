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
    /// When a request gets no response.
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
            let response = self.send(step).await?;
            requests += 1;
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
