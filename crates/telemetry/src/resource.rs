//! Builds the resource, which identifies the process, with the precedence that the specification requires.

use opentelemetry::{Key, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::TelemetryResourceDetector;
use opentelemetry_semantic_conventions::attribute::{
    DEPLOYMENT_ENVIRONMENT_NAME, SERVICE_INSTANCE_ID, SERVICE_NAME, SERVICE_VERSION,
};
use percent_encoding::percent_decode_str;
use uuid::Uuid;

use crate::environment::Parser;
use crate::service::Service;

const ENV_ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";

/// Reads `OTEL_RESOURCE_ATTRIBUTES`: `key=value` pairs, separated by commas, with percent-encoded values.
pub(crate) fn read(parser: &mut Parser<'_>) -> Vec<KeyValue> {
    let list = parser.string(ENV_ATTRIBUTES, "");
    let pairs = list.split(',').map(str::trim);
    let attributes: Option<Vec<KeyValue>> = pairs.filter(|pair| !pair.is_empty()).map(attribute).collect();
    attributes.unwrap_or_else(|| {
        parser.reject(ENV_ATTRIBUTES, "comma-separated pairs `key=value` with percent-encoded values");
        Vec::new()
    })
}

fn attribute(pair: &str) -> Option<KeyValue> {
    let (key, value) = pair.split_once('=')?;
    let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
    (!key.trim().is_empty()).then(|| KeyValue::new(key.trim().to_owned(), value.into_owned()))
}

/// Builds the resource. For equal keys the last call wins, so the precedence is OTEL_SERVICE_NAME, then
/// OTEL_RESOURCE_ATTRIBUTES, then the code. The SDK's own detectors apply the first two in the opposite order.
pub(crate) fn build(service: &Service, from_environment: Vec<KeyValue>, service_name: Option<String>) -> Resource {
    Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_attributes([
            KeyValue::new(SERVICE_NAME, service.name),
            KeyValue::new(SERVICE_VERSION, service.version),
            // Different for every process. The counters of a restarted service start at zero, and this attribute
            // distinguishes the two processes.
            KeyValue::new(SERVICE_INSTANCE_ID, Uuid::new_v4().to_string()),
            KeyValue::new(DEPLOYMENT_ENVIRONMENT_NAME, "lab"),
        ])
        .with_attributes(from_environment)
        .with_attributes(service_name.map(|name| KeyValue::new(SERVICE_NAME, name)))
        .build()
}

/// The value of a resource attribute as text; empty if the attribute is missing.
pub(crate) fn text(resource: &Resource, key: &'static str) -> String {
    resource.get(&Key::from_static_str(key)).map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    fn built(variables: [(&str, &str); 2]) -> Resource {
        let environment = Environment::from(variables);
        let mut parser = environment.parser();
        let attributes = read(&mut parser);
        let name = parser.optional_string("OTEL_SERVICE_NAME");
        parser.finish().unwrap();
        build(&Service { name: "users", version: "1.2.3" }, attributes, name)
    }

    #[test]
    fn the_service_name_variable_wins_over_the_attribute_and_both_over_the_code() {
        let both = [("OTEL_SERVICE_NAME", "first"), (ENV_ATTRIBUTES, "service.name=second")];
        assert_eq!(text(&built(both), SERVICE_NAME), "first");
        let attribute = [("OTEL_SERVICE_NAME", ""), (ENV_ATTRIBUTES, "service.name=second")];
        assert_eq!(text(&built(attribute), SERVICE_NAME), "second");
        assert_eq!(text(&built([("", ""), (ENV_ATTRIBUTES, "")]), SERVICE_NAME), "users");
    }

    #[test]
    fn attributes_are_decoded_and_each_process_has_an_instance_of_its_own() {
        let variables = [("", ""), (ENV_ATTRIBUTES, "deployment.environment.name=a%2Cb, team = blue")];
        let (one, other) = (built(variables), built(variables));
        assert_eq!(text(&one, DEPLOYMENT_ENVIRONMENT_NAME), "a,b");
        assert_eq!(text(&one, "team"), "blue");
        assert_eq!(text(&one, SERVICE_VERSION), "1.2.3");
        assert_ne!(text(&one, SERVICE_INSTANCE_ID), text(&other, SERVICE_INSTANCE_ID));
        assert_eq!(text(&built([("", ""), ("", "")]), DEPLOYMENT_ENVIRONMENT_NAME), "lab");
    }
}
