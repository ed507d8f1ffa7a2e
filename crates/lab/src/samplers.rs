//! Head samplers as the services themselves say they have them: `/sampler` of their admin listeners.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::topology::{Role, Topology};

/// How long a service may take to answer.
const ANSWER: Duration = Duration::from_secs(2);

/// What a service's `/sampler` page says.
#[derive(Debug, Deserialize)]
struct Said {
    sampler: Option<String>,
    argument: Option<String>,
    served: Option<Value>,
}

/// The sampler of each service that says what it has, in words; a service that does not answer is left out.
pub async fn ask(client: &reqwest::Client, topology: &Topology) -> BTreeMap<String, String> {
    let mut samplers = BTreeMap::new();
    for (part, _) in topology.parts().filter(|(_, description)| description.role == Role::Service) {
        samplers.extend(one(client, topology, part).await.map(|said| (part.to_owned(), said.in_words())));
    }
    samplers
}

/// ` (items: traceidratio 0.5)`: the samplers of these parts as the end of a sentence, those that have the same together; nothing
/// where none is known.
#[must_use]
pub fn of<'a>(samplers: &BTreeMap<String, String>, parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut same: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for part in parts {
        if let Some(sampler) = samplers.get(part) {
            same.entry(sampler).or_default().insert(part);
        }
    }
    let told = same.into_iter().map(|(sampler, parts)| {
        let parts = parts.into_iter().collect::<Vec<_>>().join(", ");
        format!("{parts}: {sampler}")
    });
    let told = told.collect::<Vec<_>>().join("; ");
    if told.is_empty() { told } else { format!(" ({told})") }
}

async fn one(client: &reqwest::Client, topology: &Topology, part: &str) -> Option<Said> {
    let url = topology.url(part, "admin", "/sampler").ok()?;
    let answer = client.get(url).timeout(ANSWER).send().await.ok()?.error_for_status().ok()?;
    serde_json::from_str(&answer.text().await.ok()?).ok()
}

impl Said {
    fn in_words(&self) -> String {
        let Some(sampler) = &self.sampler else {
            return "none: the SDK is off".to_owned();
        };
        match (&self.served, &self.argument) {
            // What was asked for is no news beside what Jaeger answered.
            (Some(served), _) => format!("{sampler}, last served {}", strategy(served)),
            (None, Some(argument)) if sampler.contains("remote") => format!("{sampler} {argument}, served nothing yet"),
            (None, Some(argument)) => format!("{sampler} {argument}"),
            (None, None) => sampler.clone(),
        }
    }
}

/// A strategy as Jaeger serves it, in words; one of an unknown form as it stands.
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
        serde_json::from_str::<Said>(page).unwrap().in_words()
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
    fn a_strategy_is_told_with_its_operations_and_an_unknown_one_as_it_stands() {
        let operations = r#"{"probabilisticSampling":{"samplingRate":0},"operationSampling":{"perOperationStrategies":
            [{"operation":"GET /data","probabilisticSampling":{"samplingRate":1}}]}}"#;
        assert_eq!(strategy(&serde_json::from_str(operations).unwrap()), r#"probabilistic 0, "GET /data" 1"#);
        let limit = serde_json::json!({ "strategyType": 1, "rateLimitingSampling": { "maxTracesPerSecond": 3 } });
        assert_eq!(strategy(&limit), "at most 3 traces a second");
        assert_eq!(strategy(&serde_json::json!({ "adaptive": 1 })), r#"{"adaptive":1}"#);
    }

    #[test]
    fn parts_with_the_same_sampler_are_told_together_and_unknown_ones_not() {
        let samplers = [("items", "traceidratio 0.5"), ("users", "traceidratio 0.5"), ("remote-users", "always_on")];
        let samplers = samplers.map(|(part, sampler)| (part.to_owned(), sampler.to_owned())).into();
        let told = of(&samplers, ["items", "users", "remote-users", "jaeger"]);
        assert_eq!(told, " (remote-users: always_on; items, users: traceidratio 0.5)");
        assert_eq!(of(&samplers, ["jaeger"]), "");
    }

    #[test]
    fn a_sampler_that_nobody_serves_has_its_argument() {
        assert_eq!(words(r#"{"sampler":"traceidratio","argument":"0.5","served":null}"#), "traceidratio 0.5");
        assert_eq!(words(r#"{"sampler":"always_on","argument":null,"served":null}"#), "always_on");
        assert_eq!(words(r#"{"service":"items"}"#), "none: the SDK is off");
    }
}
