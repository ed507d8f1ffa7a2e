//! Drives a step: its requests, its Redis command or its message over a WebSocket.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use crate::step_response::StepResponse;
use crate::{http_request, redis_command, websocket_message};
use ledger::sampler_state::{self, SamplerState};
use ledger::timeouts::Timeouts;
use scenario::topology::Topology;
use scenario::{Action, Step};

/// Drives steps.
#[derive(Debug, Clone)]
pub(crate) struct Driver {
    client: reqwest::Client,
    topology: Topology,
    patience: Timeouts,
}

impl Driver {
    /// A driver that sends its requests to the parts of a topology.
    ///
    /// # Errors
    /// When there can be no HTTP client.
    pub(crate) fn new(topology: Topology, patience: Timeouts) -> Result<Self> {
        let builder = reqwest::Client::builder().connect_timeout(patience.for_a_connection());
        let client = builder.timeout(patience.deadline).no_proxy().build().context("the HTTP client")?;
        Ok(Self { client, topology, patience })
    }

    /// Its HTTP client.
    pub(crate) fn client(&self) -> reqwest::Client {
        self.client.clone()
    }

    /// Does what a step says.
    ///
    /// # Errors
    /// When something does not respond at all.
    pub(crate) async fn drive(&self, step: &Step) -> Result<StepResponse> {
        let Self { client, topology, patience } = self;
        match &step.action {
            Action::Get(get) if get.until => {
                http_request::get_until(client, topology, get, &step.check, *patience).await
            }
            Action::Get(get) => http_request::get(client, topology, get).await,
            Action::WebSocket(say) => websocket_message::send(topology, say, *patience).await,
            Action::Redis { command, until } => {
                let wanted = step.check.answer.as_ref().filter(|_| *until);
                redis_command::send(topology, command, wanted, *patience).await
            }
        }
    }

    /// The head sampler of each service that shows it.
    pub(crate) async fn samplers(&self) -> BTreeMap<String, SamplerState> {
        sampler_state::query(&self.client, &self.topology).await
    }
}
