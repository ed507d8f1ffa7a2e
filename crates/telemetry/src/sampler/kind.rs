//! Parses the sampler variables and builds the sampler they select.
//!
//! The names are those of the [specification], plus two names for the lab's own sampler [`Paying`].
//!
//! [specification]: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration

use opentelemetry_sdk::trace::{Sampler, ShouldSample};

use super::last_strategy::LastStrategy;
use super::paying::Paying;
use super::remote::Remote;
use super::remote_argument;
use crate::environment::Parser;
use crate::init_error::InitError;

/// A sampler as `OTEL_TRACES_SAMPLER` and its argument describe it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SamplerKind {
    pub(crate) parent_based: bool,
    pub(crate) root: Root,
}

/// The sampler that decides about root spans.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Root {
    AlwaysOn,
    AlwaysOff,
    Ratio(f64),
    Paying,
    Remote(Remote),
}

/// A [`Root`] whose argument has not been parsed yet.
#[derive(Clone, Copy, PartialEq)]
enum Name {
    AlwaysOn,
    AlwaysOff,
    Ratio,
    Paying,
    Remote,
}

const NAMES: [(&str, (bool, Name)); 10] = [
    ("always_on", (false, Name::AlwaysOn)),
    ("always_off", (false, Name::AlwaysOff)),
    ("traceidratio", (false, Name::Ratio)),
    ("jaeger_remote", (false, Name::Remote)),
    ("lab_paying", (false, Name::Paying)),
    ("parentbased_always_on", (true, Name::AlwaysOn)),
    ("parentbased_always_off", (true, Name::AlwaysOff)),
    ("parentbased_traceidratio", (true, Name::Ratio)),
    ("parentbased_jaeger_remote", (true, Name::Remote)),
    ("parentbased_lab_paying", (true, Name::Paying)),
];

/// Reads `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`. The SDK does not read them if the code sets a sampler.
pub(crate) fn read(parser: &mut Parser<'_>) -> SamplerKind {
    let (parent_based, name) = parser.one_of("OTEL_TRACES_SAMPLER", (true, Name::AlwaysOn), &NAMES);
    // For every sampler, so that the variable is always listed.
    let _ = parser.optional_string("OTEL_TRACES_SAMPLER_ARG");
    // The argument is parsed only for samplers that have one. For the others a leftover value is not an error.
    let root = match name {
        Name::AlwaysOn => Root::AlwaysOn,
        Name::AlwaysOff => Root::AlwaysOff,
        Name::Ratio => Root::Ratio(parser.ratio("OTEL_TRACES_SAMPLER_ARG", 1.0)),
        Name::Paying => Root::Paying,
        Name::Remote => Root::Remote(remote_argument::read(parser)),
    };
    SamplerKind { parent_based, root }
}

impl SamplerKind {
    /// The value of `OTEL_TRACES_SAMPLER` that selects this sampler.
    pub(super) fn name(&self) -> &'static str {
        let name = match self.root {
            Root::AlwaysOn => Name::AlwaysOn,
            Root::AlwaysOff => Name::AlwaysOff,
            Root::Ratio(_) => Name::Ratio,
            Root::Paying => Name::Paying,
            Root::Remote(_) => Name::Remote,
        };
        let found = NAMES.iter().find(|(_, meant)| *meant == (self.parent_based, name));
        found.map(|(name, _)| *name).expect("the table has each sampler with and without parents")
    }

    /// The effective value of `OTEL_TRACES_SAMPLER_ARG`, including defaults; `None` for samplers without an argument.
    pub(super) fn argument(&self) -> Option<String> {
        match &self.root {
            Root::Ratio(ratio) => Some(ratio.to_string()),
            Root::Remote(remote) => Some(remote.to_string()),
            Root::AlwaysOn | Root::AlwaysOff | Root::Paying => None,
        }
    }

    /// Builds the sampler for the service of this name. The remote sampler needs a running tokio runtime and stores
    /// each strategy in `last_strategy`.
    pub(super) fn build(
        &self,
        service: &str,
        last_strategy: &LastStrategy,
    ) -> Result<Box<dyn ShouldSample>, InitError> {
        let root: Box<dyn ShouldSample> = match &self.root {
            Root::AlwaysOn => Box::new(Sampler::AlwaysOn),
            Root::AlwaysOff => Box::new(Sampler::AlwaysOff),
            Root::Ratio(ratio) => Box::new(Sampler::TraceIdRatioBased(*ratio)),
            Root::Paying => Box::new(Paying),
            Root::Remote(remote) => Box::new(remote.build(service, last_strategy)?),
        };
        Ok(match self.parent_based {
            // Not the variant `Sampler::ParentBased(Box)`, which discards the attributes and the trace state of a
            // root sampler.
            true => Box::new(Sampler::parent_based(root)),
            false => root,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    fn kind(name: &str, argument: &str) -> SamplerKind {
        let environment = Environment::from([("OTEL_TRACES_SAMPLER", name), ("OTEL_TRACES_SAMPLER_ARG", argument)]);
        let mut parser = environment.parser();
        let kind = read(&mut parser);
        parser.finish().unwrap();
        kind
    }

    #[test]
    fn each_name_is_its_sampler() {
        assert_eq!(kind("", ""), SamplerKind { parent_based: true, root: Root::AlwaysOn });
        assert_eq!(kind("always_on", "not read"), SamplerKind { parent_based: false, root: Root::AlwaysOn });
        assert_eq!(kind("parentbased_always_off", ""), SamplerKind { parent_based: true, root: Root::AlwaysOff });
        assert_eq!(kind("traceidratio", "0.25"), SamplerKind { parent_based: false, root: Root::Ratio(0.25) });
        assert_eq!(kind("parentbased_traceidratio", ""), SamplerKind { parent_based: true, root: Root::Ratio(1.0) });
        assert_eq!(kind("lab_paying", ""), SamplerKind { parent_based: false, root: Root::Paying });
        assert!(matches!(kind("parentbased_jaeger_remote", "").root, Root::Remote(_)));
    }

    #[test]
    fn each_sampler_knows_its_name_and_its_argument() {
        for (name, _) in NAMES {
            assert_eq!(kind(name, "").name(), name);
        }
        assert_eq!(kind("traceidratio", "0.25").argument().as_deref(), Some("0.25"));
        assert_eq!(kind("lab_paying", "").argument(), None);
        let remote = "endpoint=http://a:1/sampling,pollingIntervalMs=100,initialSamplingRate=0.5";
        assert_eq!(kind("jaeger_remote", remote).argument().as_deref(), Some(remote));
    }

    #[test]
    fn a_name_that_is_none_is_an_error_that_names_them_all() {
        let environment = Environment::from([("OTEL_TRACES_SAMPLER", "paying")]);
        let mut parser = environment.parser();
        read(&mut parser);
        let text = parser.finish().unwrap_err().to_string();
        assert!(NAMES.iter().all(|(name, _)| text.contains(name)), "{text}");
    }
}
