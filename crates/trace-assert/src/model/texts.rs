//! Lists every text of a span with its place, to check whether a text occurs anywhere in a span.

use std::borrow::Cow;

use super::{
    kind::Status,
    span::{Attributes, Span},
    value::Value,
};

impl Span {
    /// Returns every text that is stored with the span, as pairs of place and text.
    ///
    /// The texts are the names, keys, string values, status message and `tracestate`s of the span and of its events,
    /// links, resource and scope. Integers and bytes are converted to text; booleans and doubles are omitted. A place
    /// is, for example, `attribute url.query`.
    pub fn texts(&self) -> Vec<(String, Cow<'_, str>)> {
        let mut texts = vec![
            ("the name".to_owned(), Cow::from(&*self.name)),
            ("the tracestate".to_owned(), Cow::from(&*self.trace_state)),
            ("the scope's name".to_owned(), Cow::from(&*self.scope.name)),
            ("the scope's version".to_owned(), Cow::from(&*self.scope.version)),
        ];
        if let Status::Error(message) = &self.status {
            texts.push(("the status message".to_owned(), message.into()));
        }
        of_attributes("attribute", &self.attributes, &mut texts);
        of_attributes("resource attribute", &self.resource.attributes, &mut texts);
        of_attributes("scope attribute", &self.scope.attributes, &mut texts);
        for event in &self.events {
            texts.push(("the name of an event".to_owned(), Cow::from(&*event.name)));
            of_attributes(&format!("event {:?} attribute", event.name), &event.attributes, &mut texts);
        }
        for link in &self.links {
            texts.push(("the tracestate of a link".to_owned(), Cow::from(&*link.trace_state)));
            of_attributes("link attribute", &link.attributes, &mut texts);
        }
        texts
    }
}

fn of_attributes<'a>(what: &str, attributes: &'a Attributes, texts: &mut Vec<(String, Cow<'a, str>)>) {
    for (key, value) in attributes {
        texts.push((format!("the key of {what} {key}"), Cow::from(&**key)));
        of_value(&format!("{what} {key}"), value, texts);
    }
}

fn of_value<'a>(place: &str, value: &'a Value, texts: &mut Vec<(String, Cow<'a, str>)>) {
    match value {
        Value::String(text) => texts.push((place.to_owned(), Cow::from(&**text))),
        Value::Int(number) => texts.push((place.to_owned(), number.to_string().into())),
        Value::Bytes(bytes) => texts.push((place.to_owned(), String::from_utf8_lossy(bytes))),
        Value::Array(items) => items.iter().for_each(|item| of_value(place, item, texts)),
        Value::Map(entries) => of_attributes(place, entries, texts),
        Value::Null | Value::Bool(_) | Value::Double(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Event, Link, Resource, Scope};

    fn one(key: &str, value: Value) -> Attributes {
        Attributes::from([(key.to_owned(), value)])
    }

    #[test]
    fn every_place_of_a_text_is_named() {
        let span = Span {
            name: "s-name".to_owned(),
            trace_state: "s-state".to_owned(),
            status: Status::Error("s-status".to_owned()),
            attributes: one("list", Value::Array(vec![Value::from("s-item"), Value::from(4711)])),
            events: vec![Event {
                name: "s-event".to_owned(),
                attributes: one("k", "s-detail".into()),
                ..Event::default()
            }],
            links: vec![Link {
                trace_state: "s-linked".to_owned(),
                attributes: one("s-key", true.into()),
                ..Link::default()
            }],
            resource: Arc::new(Resource { attributes: one("host", Value::Bytes(b"s-host".to_vec())) }),
            scope: Arc::new(Scope {
                name: "s-scope".to_owned(),
                attributes: one("map", Value::Map(one("in", "s-map".into()))),
                ..Scope::default()
            }),
            ..Span::default()
        };
        let texts = span.texts();
        for (text, place) in [
            ("s-name", "the name"),
            ("s-state", "the tracestate"),
            ("s-status", "the status message"),
            ("s-item", "attribute list"),
            ("4711", "attribute list"),
            ("s-event", "the name of an event"),
            ("s-detail", "event \"s-event\" attribute k"),
            ("s-linked", "the tracestate of a link"),
            ("s-key", "the key of link attribute s-key"),
            ("s-host", "resource attribute host"),
            ("s-scope", "the scope's name"),
            ("s-map", "scope attribute map in"),
        ] {
            let places: Vec<&str> =
                texts.iter().filter(|(_, own)| own == text).map(|(place, _)| place.as_str()).collect();
            assert_eq!(places, [place], "{text}");
        }
    }
}
