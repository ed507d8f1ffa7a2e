//! `AnyValue`: attribute values as OTLP JSON encodes them, with an explicit type.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::json;

use super::number::{Double, Integer};
use crate::model::{Attributes, Value};

/// A value in the JSON encoding of protobuf: an object with at most one field.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct AnyValue {
    #[serde(alias = "string_value")]
    string_value: Option<String>,
    #[serde(alias = "bool_value")]
    bool_value: Option<bool>,
    #[serde(alias = "int_value")]
    int_value: Option<Integer<i64>>,
    #[serde(alias = "double_value")]
    double_value: Option<Double>,
    #[serde(alias = "array_value")]
    array_value: Option<Values<AnyValue>>,
    #[serde(alias = "kvlist_value")]
    kvlist_value: Option<Values<KeyValue>>,
    #[serde(alias = "bytes_value")]
    bytes_value: Option<Bytes>,
}

/// An entry of a list of attributes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct KeyValue {
    key: String,
    value: AnyValue,
}

#[derive(Debug, Deserialize)]
struct Values<T> {
    #[serde(default = "Vec::new")]
    values: Vec<T>,
}

#[derive(Debug)]
struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD.decode(&text).or_else(|_| URL_SAFE.decode(&text));
        bytes.map(Bytes).map_err(|error| D::Error::custom(format!("bytesValue is not base64: {error}")))
    }
}

impl From<AnyValue> for Value {
    fn from(any: AnyValue) -> Self {
        if let Some(text) = any.string_value {
            Self::String(text)
        } else if let Some(value) = any.bool_value {
            Self::Bool(value)
        } else if let Some(Integer(number)) = any.int_value {
            Self::Int(number)
        } else if let Some(number) = any.double_value {
            Self::Double(number.value())
        } else if let Some(items) = any.array_value {
            Self::Array(items.values.into_iter().map(Self::from).collect())
        } else if let Some(entries) = any.kvlist_value {
            Self::Map(attributes(entries.values))
        } else if let Some(Bytes(bytes)) = any.bytes_value {
            Self::Bytes(bytes)
        } else {
            Self::Null
        }
    }
}

/// Converts a list of keys and values to a map; of a repeated key, the last value is used.
pub(super) fn attributes(entries: Vec<KeyValue>) -> Attributes {
    entries.into_iter().map(|entry| (entry.key, Value::from(entry.value))).collect()
}

/// Converts a map to a list of keys and values.
pub(super) fn key_values(attributes: &Attributes) -> serde_json::Value {
    attributes.iter().map(|(key, value)| json!({ "key": key, "value": any_value(value) })).collect()
}

fn any_value(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => json!({}),
        Value::Bool(value) => json!({ "boolValue": value }),
        Value::Int(number) => json!({ "intValue": number.to_string() }),
        Value::Double(number) => json!({ "doubleValue": double(*number) }),
        Value::String(text) => json!({ "stringValue": text }),
        Value::Bytes(bytes) => json!({ "bytesValue": STANDARD.encode(bytes) }),
        Value::Array(items) => {
            json!({ "arrayValue": { "values": items.iter().map(any_value).collect::<Vec<_>>() } })
        }
        Value::Map(entries) => json!({ "kvlistValue": { "values": key_values(entries) } }),
    }
}

fn double(number: f64) -> serde_json::Value {
    match number {
        number if number.is_nan() => json!("NaN"),
        f64::INFINITY => json!("Infinity"),
        f64::NEG_INFINITY => json!("-Infinity"),
        number => json!(number),
    }
}
