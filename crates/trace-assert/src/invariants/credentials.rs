//! Invariant: no span contains credentials, e-mail addresses or payment card numbers.
//!
//! The names and the patterns are those of the crate `credentials`, which the redaction of services can use as well. A
//! finding names the place and never contains the value. Detection is best effort: unknown formats pass.

use std::borrow::Cow;

use credentials::{detect, is_credential_name, is_placeholder, redact};

use super::{invariant::Invariant, violation::Violation};
use crate::model::{Attributes, Span, Status, Value};

/// Returns a finding for each key or value that looks like a credential.
///
/// It checks the attributes of the span, its resource, scope, events and links, the names of the span and of its
/// events, and its status message.
pub(super) fn no_credentials(span: &Span) -> Vec<Violation> {
    let mut places = Vec::new();
    of_attributes("", &span.attributes, &mut places);
    of_attributes("resource.", &span.resource.attributes, &mut places);
    of_attributes("scope.", &span.scope.attributes, &mut places);
    for event in &span.events {
        let name = without_secrets(&event.name);
        of_text(&format!("the name of the event {name:?}"), &event.name, &mut places);
        of_attributes(&format!("event {name:?} "), &event.attributes, &mut places);
    }
    for link in &span.links {
        of_attributes("link ", &link.attributes, &mut places);
    }
    of_text("the name", &span.name, &mut places);
    if let Status::Error(message) = &span.status {
        of_text("the status message", message, &mut places);
    }
    places.into_iter().map(|message| Violation::new(Invariant::NoCredentials, span, message)).collect()
}

/// The name of an event as it can be printed.
fn without_secrets(name: &str) -> Cow<'_, str> {
    redact(name, &mut |_| ()).map_or(Cow::from(name), Cow::from)
}

fn of_attributes(prefix: &str, attributes: &Attributes, places: &mut Vec<String>) {
    for (key, value) in attributes {
        if is_credential_name(key) && holds_something(value) {
            places.push(format!("has {prefix}{key}: the key is the name of a credential"));
            continue;
        }
        for text in value.texts() {
            of_text(&format!("{prefix}{key}"), text, places);
        }
    }
}

fn of_text(place: &str, text: &str, places: &mut Vec<String>) {
    if let Some(pattern) = detect(text) {
        places.push(format!("has {place}: the value looks like {}", pattern.description));
    }
}

/// Returns whether the value is more than a flag or a redaction placeholder.
fn holds_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::String(text) => !is_placeholder(text),
        Value::Array(items) => items.iter().any(holds_something),
        Value::Map(entries) => entries.values().any(holds_something),
        Value::Int(_) | Value::Double(_) | Value::Bytes(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The messages about a span with one attribute.
    fn found(key: &str, value: impl Into<Value>) -> Vec<String> {
        let attributes = [(key.to_owned(), value.into())];
        let span = Span { attributes: attributes.into(), ..Span::default() };
        no_credentials(&span).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn each_pattern_of_the_table_is_reported_until_it_is_redacted() {
        for pattern in credentials::patterns() {
            for (text, redacted) in pattern.examples {
                let [message] = &found("note", *text)[..] else { panic!("one finding: {text}") };
                let expected = format!("has note: the value looks like {}", pattern.description);
                assert!(message.ends_with(&expected), "{message}: {text}");
                assert_eq!(found("note", *redacted), [""; 0]);
            }
            for text in pattern.counterexamples {
                assert_eq!(found("note", *text), [""; 0]);
            }
        }
    }

    #[test]
    fn the_name_of_an_event_is_reported_without_its_secret() {
        let attributes = [("to".to_owned(), "ada@example.com".into())];
        let event = crate::model::Event {
            name: "mail to ada@example.com".to_owned(),
            attributes: attributes.into(),
            ..Default::default()
        };
        let messages: Vec<String> = no_credentials(&Span { events: vec![event], ..Span::default() })
            .into_iter()
            .map(|finding| finding.message)
            .collect();
        let [name, attribute] = &messages[..] else { panic!("two findings: {messages:?}") };
        assert!(
            name.ends_with(r#"the name of the event "mail to [redacted]": the value looks like an e-mail address"#),
            "{name}"
        );
        assert!(
            attribute.ends_with(r#"event "mail to [redacted]" to: the value looks like an e-mail address"#),
            "{attribute}"
        );
    }

    #[test]
    fn a_flag_and_a_redacted_value_are_no_credential() {
        assert!(!holds_something(&Value::from(true)));
        assert!(!holds_something(&Value::from(vec!["REDACTED", "[redacted]"])));
        assert!(holds_something(&Value::from(vec!["session=1"])));
        assert!(holds_something(&Value::from(1234)));
    }
}
