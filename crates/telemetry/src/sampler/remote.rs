//! Remote sampling: the SDK polls Jaeger for a strategy, which can change while the service runs.

use std::fmt;
use std::time::Duration;

use opentelemetry_sdk::runtime::Tokio;
use opentelemetry_sdk::trace::Sampler;

use super::last_strategy::LastStrategy;
use super::strategy_client::StrategyClient;
use crate::init_error::InitError;

/// The timeout of one request for a strategy.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The settings of the remote sampler, from `OTEL_TRACES_SAMPLER_ARG`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Remote {
    /// The URL, `http://host:port/sampling`.
    pub(crate) endpoint: String,
    /// The polling interval. The first request is sent after one interval.
    pub(crate) interval: Duration,
    /// The sampling ratio until the first response, 0 to 1.
    pub(crate) initial: f64,
}

impl Remote {
    /// Builds the sampler and starts polling in the current tokio runtime.
    pub(super) fn build(&self, service: &str, last_strategy: &LastStrategy) -> Result<Sampler, InitError> {
        // The asynchronous client: the SDK polls in a task of the runtime. (The OTLP exporter uses the blocking
        // client, because it runs in a thread.)
        let http = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build()?;
        let client = StrategyClient::new(http, last_strategy.clone());
        Sampler::jaeger_remote(Tokio, client, Sampler::TraceIdRatioBased(self.initial), service)
            .with_endpoint(&self.endpoint)
            .with_update_interval(self.interval)
            .build()
            .map_err(|error| InitError::Sampler(error.to_string()))
    }
}

/// Formats the settings as a value of `OTEL_TRACES_SAMPLER_ARG`.
impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, interval, initial } = self;
        write!(f, "endpoint={endpoint},pollingIntervalMs={},initialSamplingRate={initial}", interval.as_millis())
    }
}
