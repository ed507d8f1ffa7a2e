//! Which baggage becomes an attribute: `LAB_BAGGAGE_ATTRIBUTES`, a list of names, copied to every span of the process.

use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::Span as _;
use opentelemetry::{Context, Key, KeyValue};
use opentelemetry_sdk::trace::Span;

use crate::attributes::{LAB_TENANT, USER_PAYING};
use crate::environment::Parser;
use crate::processor::Stage;
use crate::redaction;

const VARIABLE: &str = "LAB_BAGGAGE_ATTRIBUTES";

/// The names of the entries that are copied.  Anybody can send baggage: without a list, callers write onto our spans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaggageAttributes(Vec<Key>);

/// Reads the comma-separated list; `none` is the empty one.
pub(crate) fn read(parser: &mut Parser<'_>) -> BaggageAttributes {
    let default = format!("{LAB_TENANT},{USER_PAYING}");
    let list = parser.string(VARIABLE, &default);
    let names: Vec<&str> = list.split(',').map(str::trim).filter(|name| !matches!(*name, "" | "none")).collect();
    if names.iter().any(|name| !is_name(name) || redaction::names_a_credential(name)) {
        parser.reject(VARIABLE, "names of baggage entries, separated by commas, none of them that of a credential");
    }
    BaggageAttributes(names.into_iter().map(|name| Key::from(name.to_owned())).collect())
}

/// What the specification of baggage allows as a name, <https://www.w3.org/TR/baggage/#key>.
fn is_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

impl Stage for BaggageAttributes {
    // At the start and from the parent's context, so that it is on every span of the request, however deep, and no
    // instrumentation has to know of it.  Too late for a head sampler: that one reads the baggage itself.
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
            assert!(text.starts_with(&format!("LAB_BAGGAGE_ATTRIBUTES={bad:?} is not usable")), "{text}");
        }
    }
}
