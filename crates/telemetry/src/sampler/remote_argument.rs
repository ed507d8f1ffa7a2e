//! Parses `OTEL_TRACES_SAMPLER_ARG` of the remote sampler, in the syntax of the specification:
//! `endpoint=http://localhost:5778/sampling,pollingIntervalMs=60000,initialSamplingRate=0.001`.

use std::time::Duration;

use reqwest::Url;

use super::remote::Remote;
use crate::environment::Parser;

const ARGUMENT: &str = "OTEL_TRACES_SAMPLER_ARG";
const ALLOWED: &str = "comma-separated settings, each at most once: endpoint=(http URL), \
                       pollingIntervalMs=(1 or more), initialSamplingRate=(0 to 1)";

/// Reads the argument. The default endpoint is the lab's Jaeger. The other defaults are the same as in other
/// OpenTelemetry SDKs.
pub(super) fn read(parser: &mut Parser<'_>) -> Remote {
    let jaeger = parser.peer("LAB_JAEGER_HOST", "LAB_JAEGER_SAMPLING_HTTP", 5778);
    let mut remote =
        Remote { endpoint: format!("http://{jaeger}/sampling"), interval: Duration::from_secs(60), initial: 0.001 };
    let argument = parser.string(ARGUMENT, "");
    let mut seen = Vec::new();
    for setting in argument.split(',').filter(|setting| !setting.trim().is_empty()) {
        let (key, value) = setting.split_once('=').map_or((setting, ""), |(key, value)| (key.trim(), value.trim()));
        if seen.contains(&key) || apply(&mut remote, key, value).is_none() {
            parser.reject(ARGUMENT, ALLOWED);
        }
        seen.push(key);
    }
    remote
}

/// Applies one setting. Returns `None` if its key or value is invalid.
fn apply(remote: &mut Remote, key: &str, value: &str) -> Option<()> {
    match key {
        // Validated here because the SDK would silently use its default endpoint on localhost instead.
        "endpoint" => remote.endpoint = Url::parse(value).ok().filter(|url| url.scheme() == "http")?.into(),
        "pollingIntervalMs" => {
            remote.interval = value.parse().ok().filter(|ms| *ms > 0).map(Duration::from_millis)?;
        }
        "initialSamplingRate" => remote.initial = value.parse().ok().filter(|rate| (0.0..=1.0).contains(rate))?,
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    fn argument(argument: &str) -> Result<Remote, String> {
        let environment = Environment::from([
            (ARGUMENT, argument),
            ("LAB_JAEGER_HOST", "backend"),
            ("LAB_JAEGER_SAMPLING_HTTP", "9"),
        ]);
        let mut parser = environment.parser();
        let remote = read(&mut parser);
        parser.finish().map(|()| remote).map_err(|error| error.to_string())
    }

    #[test]
    fn the_standards_spelling_is_read() {
        let remote = argument("endpoint=http://somewhere:1/sampling,pollingIntervalMs=200, initialSamplingRate=0.25");
        let expected = Remote {
            endpoint: "http://somewhere:1/sampling".to_owned(),
            interval: Duration::from_millis(200),
            initial: 0.25,
        };
        assert_eq!(remote.unwrap(), expected);
    }

    #[test]
    fn without_an_endpoint_the_labs_jaeger_is_asked() {
        assert_eq!(argument("initialSamplingRate=1").unwrap().endpoint, "http://backend:9/sampling");
    }

    #[test]
    fn what_the_sdk_would_replace_without_a_word_is_an_error() {
        for bad in [
            "endpoint=here",
            "pollingIntervalMs=0",
            "initialSamplingRate=2",
            "rate=1",
            "0.5",
            "endpoint=http://a,endpoint=http://b",
        ] {
            assert!(argument(bad).unwrap_err().contains("initialSamplingRate=(0 to 1)"), "{bad}");
        }
    }
}
