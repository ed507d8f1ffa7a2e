//! The HTTP client that requests the sampling strategy from Jaeger and converts `strategyType` to the form that the
//! SDK can parse.

use async_trait::async_trait;
use bytes::Bytes;
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use serde_json::Value;
use tracing::info;

use super::last_strategy::LastStrategy;

/// The names of `strategyType`, indexed by number. The type is a protobuf enum: Jaeger v2 returns the number, Jaeger
/// v1 returned the name.
const TYPES: [&str; 2] = ["PROBABILISTIC", "RATE_LIMITING"];

/// A client that stores the last strategy and logs each change.
#[derive(Debug)]
pub(super) struct StrategyClient {
    http: reqwest::Client,
    last_strategy: LastStrategy,
}

impl StrategyClient {
    pub(super) fn new(http: reqwest::Client, last_strategy: LastStrategy) -> Self {
        Self { http, last_strategy }
    }

    /// Stores a strategy and logs it if it differs from the previous one.
    fn store(&self, strategy: &Value) {
        if self.last_strategy.replace(strategy) {
            info!(%strategy, "the sampling strategy has changed");
        }
    }
}

#[async_trait]
impl HttpClient for StrategyClient {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let response = self.http.get(request.uri().to_string()).send().await?;
        let status = response.status();
        let mut body = response.bytes().await?;
        if let Ok(mut strategy) = serde_json::from_slice::<Value>(&body) {
            if status.is_success() {
                self.store(&strategy);
            }
            spell_out(&mut strategy);
            body = strategy.to_string().into();
        }
        Ok(Response::builder().status(status).body(body)?)
    }
}

/// Replaces the type of a strategy by the name that the SDK (0.33) expects.
fn spell_out(strategy: &mut Value) {
    let name = match &strategy["strategyType"] {
        Value::Number(number) => number.as_u64().and_then(|number| TYPES.get(usize::try_from(number).ok()?)).copied(),
        Value::String(word) => TYPES.into_iter().find(|name| name == word),
        _ => None,
    };
    // The SDK expects the name without an underscore. It uses the type only for parsing, and applies the strategy
    // that is present.
    if let Some(name) = name {
        strategy["strategyType"] = name.replace('_', "").into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_and_words_become_what_the_sdk_reads() {
        let spelled = |kind: Value| {
            let mut strategy = json!({ "strategyType": kind });
            spell_out(&mut strategy);
            strategy["strategyType"].clone()
        };
        assert_eq!(spelled(json!(0)), "PROBABILISTIC");
        assert_eq!(spelled(json!(1)), "RATELIMITING");
        assert_eq!(spelled(json!("RATE_LIMITING")), "RATELIMITING");
        assert_eq!(spelled(json!(7)), 7, "what is unknown is the SDK's to complain about");
    }
}
