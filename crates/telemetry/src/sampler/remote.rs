//! Sampling that Jaeger decides about: the strategy is asked for again and again, and changes while the service runs.

use std::fmt;
use std::time::Duration;

use opentelemetry_sdk::runtime::Tokio;
use opentelemetry_sdk::trace::Sampler;

use super::head::Served;
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
    pub(super) fn build(&self, service: &str, served: &Served) -> Result<Sampler, SamplerError> {
        // The asynchronous client: the questions are asked in a task of the runtime, not in a thread of their own.
        let http = reqwest::Client::builder().no_proxy().timeout(ANSWER).build();
        let client = StrategyClient::new(http.map_err(|error| SamplerError(error.to_string()))?, served.clone());
        Sampler::jaeger_remote(Tokio, client, Sampler::TraceIdRatioBased(self.initial), service)
            .with_endpoint(&self.endpoint)
            .with_update_interval(self.interval)
            .build()
            .map_err(|error| SamplerError(error.to_string()))
    }
}

/// As the variable spells it.
impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, interval, initial } = self;
        write!(f, "endpoint={endpoint},pollingIntervalMs={},initialSamplingRate={initial}", interval.as_millis())
    }
}
