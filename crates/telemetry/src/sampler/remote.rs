//! Sampling that Jaeger decides about: the strategy is asked for again and again, and changes while the service runs.

use std::time::Duration;

use opentelemetry_sdk::runtime::Tokio;
use opentelemetry_sdk::trace::Sampler;

use super::kind::SamplerError;
use super::strategy_client::StrategyClient;

/// How long one question may take.
const ANSWER: Duration = Duration::from_secs(5);

/// Whom to ask, how often, and what holds until there is an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Remote {
    /// `http://host:port/sampling`.
    pub(crate) endpoint: String,
    /// Between two questions; the first is asked after one interval.
    pub(crate) interval: Duration,
    /// The ratio until the first answer.
    pub(crate) initial: f64,
}

impl Remote {
    /// Begins to ask, in the tokio runtime that this is called in.
    pub(super) fn build(&self, service: &str) -> Result<Sampler, SamplerError> {
        // The asynchronous client: the questions are asked in a task of the runtime, not in a thread of their own.
        let http = reqwest::Client::builder().no_proxy().timeout(ANSWER).build();
        let client = StrategyClient::new(http.map_err(|error| SamplerError(error.to_string()))?);
        Sampler::jaeger_remote(Tokio, client, Sampler::TraceIdRatioBased(self.initial), service)
            .with_endpoint(&self.endpoint)
            .with_update_interval(self.interval)
            .build()
            .map_err(|error| SamplerError(error.to_string()))
    }
}
