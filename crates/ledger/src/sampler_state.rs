//! Head samplers, as the services show them: `/sampler` of their admin listeners.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use scenario::topology::{Role, Topology};

/// How long a service may take to respond.
const RESPONSE: Duration = Duration::from_secs(2);

/// The head sampler of a service, as its page `/sampler` shows it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SamplerState {
    /// Its name, as in `OTEL_TRACES_SAMPLER`; none where the SDK is disabled.
    pub sampler: Option<String>,
    /// Its argument, as in `OTEL_TRACES_SAMPLER_ARG`.
    pub argument: Option<String>,
    /// The strategy that Jaeger served last.
    pub served: Option<Value>,
}

/// The sampler of each service that shows it; a service that does not respond is left out.
pub async fn query(client: &reqwest::Client, topology: &Topology) -> BTreeMap<String, SamplerState> {
    let mut samplers = BTreeMap::new();
    for (part, _) in topology.parts().filter(|(_, description)| description.role == Role::Service) {
        samplers.extend(query_part(client, topology, part).await.map(|state| (part.to_owned(), state)));
    }
    samplers
}

async fn query_part(client: &reqwest::Client, topology: &Topology, part: &str) -> Option<SamplerState> {
    let url = topology.url(part, "admin", "/sampler").ok()?;
    client.get(url).timeout(RESPONSE).send().await.ok()?.error_for_status().ok()?.json().await.ok()
}

/// The samplers of these parts, as far as they are known.
#[must_use]
pub fn select_parts<'a>(
    samplers: &BTreeMap<String, SamplerState>,
    parts: impl IntoIterator<Item = &'a str>,
) -> BTreeMap<String, SamplerState> {
    parts.into_iter().filter_map(|part| Some((part.to_owned(), samplers.get(part)?.clone()))).collect()
}

/// ` (items: traceidratio 0.5)`: samplers as the end of a sentence; empty if there are none.
#[must_use]
pub fn in_parentheses(samplers: &BTreeMap<String, SamplerState>) -> String {
    if samplers.is_empty() { String::new() } else { format!(" ({})", grouped(samplers)) }
}

/// `items, users: traceidratio 0.5`: samplers, parts with the same one together.
#[must_use]
pub fn grouped(samplers: &BTreeMap<String, SamplerState>) -> String {
    let mut same: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (part, sampler) in samplers {
        same.entry(sampler.to_string()).or_default().push(part);
    }
    let groups = same.into_iter().map(|(sampler, parts)| format!("{}: {sampler}", parts.join(", ")));
    groups.collect::<Vec<_>>().join("; ")
}

impl SamplerState {
    /// Whether it decides as the parent of a span was decided about.
    #[must_use]
    pub fn follows_parent(&self) -> bool {
        self.base().is_some_and(|(_, follows_parent)| follows_parent)
    }

    /// The name of the sampler of root spans, and whether other spans follow their parent.
    #[expect(clippy::disallowed_methods, reason = "OpenTelemetry defines these names (OTEL_TRACES_SAMPLER)")]
    fn base(&self) -> Option<(&str, bool)> {
        let name = self.sampler.as_deref()?;
        Some(name.strip_prefix("parentbased_").map_or((name, false), |root| (root, true)))
    }
}

impl fmt::Display for SamplerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(sampler) = &self.sampler else {
            return f.write_str("none: the SDK is disabled");
        };
        match (&self.served, &self.argument) {
            // What Jaeger served replaces the argument.
            (Some(served), _) => write!(f, "{sampler}, last served {}", strategy(served)),
            (None, Some(argument)) if self.base().is_some_and(|(name, _)| name == "jaeger_remote") => {
                write!(f, "{sampler} {argument}, served nothing yet")
            }
            (None, Some(argument)) => write!(f, "{sampler} {argument}"),
            (None, None) => f.write_str(sampler),
        }
    }
}

/// A strategy as Jaeger serves it, in words; JSON if its form is unknown.
fn strategy(served: &Value) -> String {
    let limit = served["rateLimitingSampling"]["maxTracesPerSecond"].as_f64();
    let rate = |value: &Value| value["probabilisticSampling"]["samplingRate"].as_f64();
    let mut words = match (rate(served), limit) {
        (Some(rate), _) => format!("probabilistic {rate}"),
        (None, Some(limit)) => format!("at most {limit} traces a second"),
        (None, None) => return served.to_string(),
    };
    for operation in served["operationSampling"]["perOperationStrategies"].as_array().into_iter().flatten() {
        if let (Some(name), Some(rate)) = (operation["operation"].as_str(), rate(operation)) {
            words.push_str(&format!(", \"{name}\" {rate}"));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(page: &str) -> String {
        serde_json::from_str::<SamplerState>(page).unwrap().to_string()
    }

    #[test]
    fn what_jaeger_served_counts_and_not_what_was_asked_for() {
        let argument = "pollingIntervalMs=100,initialSamplingRate=0";
        let page = |served: &str| {
            format!(r#"{{"sampler":"parentbased_jaeger_remote","argument":"{argument}","served":{served}}}"#)
        };
        let served = r#"{"strategyType":0,"probabilisticSampling":{"samplingRate":0.25}}"#;
        assert_eq!(words(&page(served)), "parentbased_jaeger_remote, last served probabilistic 0.25");
        let nothing = format!("parentbased_jaeger_remote {argument}, served nothing yet");
        assert_eq!(words(&page("null")), nothing);
    }

    #[test]
    fn a_strategy_is_printed_with_its_operations_and_an_unknown_one_as_json() {
        let operations = r#"{"probabilisticSampling":{"samplingRate":0},"operationSampling":{"perOperationStrategies":
            [{"operation":"GET /data","probabilisticSampling":{"samplingRate":1}}]}}"#;
        assert_eq!(strategy(&serde_json::from_str(operations).unwrap()), r#"probabilistic 0, "GET /data" 1"#);
        let limit = serde_json::json!({ "strategyType": 1, "rateLimitingSampling": { "maxTracesPerSecond": 3 } });
        assert_eq!(strategy(&limit), "at most 3 traces a second");
        assert_eq!(strategy(&serde_json::json!({ "adaptive": 1 })), r#"{"adaptive":1}"#);
    }

    #[test]
    fn parts_with_the_same_sampler_are_grouped_and_unknown_ones_not() {
        let samplers = [("items", "traceidratio 0.5"), ("users", "traceidratio 0.5"), ("remote-users", "always_on")];
        let named = |name: &str| SamplerState { sampler: Some(name.to_owned()), ..SamplerState::default() };
        let samplers = samplers.map(|(part, sampler)| (part.to_owned(), named(sampler))).into();
        let text = |parts: &[&str]| in_parentheses(&select_parts(&samplers, parts.iter().copied()));
        let all = text(&["items", "users", "remote-users", "jaeger"]);
        assert_eq!(all, " (remote-users: always_on; items, users: traceidratio 0.5)");
        assert_eq!(text(&["jaeger"]), "");
    }

    #[test]
    fn a_sampler_that_nobody_serves_has_its_argument() {
        assert_eq!(words(r#"{"sampler":"traceidratio","argument":"0.5","served":null}"#), "traceidratio 0.5");
        assert_eq!(words(r#"{"sampler":"always_on","argument":null,"served":null}"#), "always_on");
        assert_eq!(words(r#"{"service":"items"}"#), "none: the SDK is disabled");
    }
}
