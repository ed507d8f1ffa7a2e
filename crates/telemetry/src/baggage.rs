//! Copies selected baggage entries to attributes of every span of the process; `LAB_BAGGAGE_ATTRIBUTES` lists the
//! names.

use credentials::is_credential_name;
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::Span as _;
use opentelemetry::{Context, Key, KeyValue};
use opentelemetry_sdk::trace::Span;

use crate::attributes::{LAB_TENANT, USER_PAYING};
use crate::environment::Parser;
use crate::processor::Stage;

const VARIABLE: &str = "LAB_BAGGAGE_ATTRIBUTES";

/// The names of the copied entries. Any caller can send baggage. Without this list callers could add attributes to
/// our spans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaggageAttributes(Vec<Key>);

/// Reads the comma-separated list; `none` is the empty list.
pub(crate) fn read(parser: &mut Parser<'_>) -> BaggageAttributes {
    let default = format!("{LAB_TENANT},{USER_PAYING}");
    let list = parser.string(VARIABLE, &default);
    let names: Vec<&str> = list.split(',').map(str::trim).filter(|name| !matches!(*name, "" | "none")).collect();
    if names.iter().any(|name| !is_name(name) || is_credential_name(name)) {
        parser.reject(VARIABLE, "comma-separated names of baggage entries, without names of credentials");
    }
    BaggageAttributes(names.into_iter().map(|name| Key::from(name.to_owned())).collect())
}

/// Whether a name is valid for baggage according to the W3C, <https://www.w3.org/TR/baggage/#key>.
fn is_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

impl Stage for BaggageAttributes {
    // Copied at the start of a span and from its parent's context, so every span of the request gets the attribute,
    // at any depth, without support by the instrumentation. Head samplers run earlier and have to read the baggage
    // themselves.
    fn start(&self, span: &mut Span, parent: &Context) {
        let baggage = parent.baggage();
        for name in &self.0 {
            if let Some(value) = baggage.get(name) {
                span.set_attribute(KeyValue::new(name.clone(), value.clone()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    fn names(variable: &str) -> Result<Vec<String>, String> {
        let environment = Environment::from([(VARIABLE, variable)]);
        let mut parser = environment.parser();
        let BaggageAttributes(names) = read(&mut parser);
        parser.finish().map_err(|error| error.to_string())?;
        Ok(names.iter().map(Key::to_string).collect())
    }

    #[test]
    fn the_list_is_the_labs_own_entries_unless_set() {
        assert_eq!(names("").unwrap(), ["lab.tenant", "user.paying"]);
        assert_eq!(names("plan , lab.tenant").unwrap(), ["plan", "lab.tenant"]);
        assert_eq!(names("none").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_name_that_cannot_be_one_or_is_that_of_a_credential_is_refused() {
        for bad in ["two words", "a=b", "session", "lab.tenant,api-key"] {
            let text = names(bad).unwrap_err();
            assert!(text.contains(VARIABLE) && text.contains("comma-separated names of baggage entries"), "{text}");
        }
    }
}
