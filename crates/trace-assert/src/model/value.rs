//! Attribute values with their types: the integer 200, the double 200.0 and the string "200" are different values.

use std::{
    collections::BTreeMap,
    fmt,
    hash::{Hash, Hasher},
    mem::discriminant,
};

use super::quote::quoted;

/// The value of an attribute.
///
/// Doubles are equal if their bits are equal. So NaN equals itself, and a value can be the key of a map.
#[derive(Debug, Clone)]
pub enum Value {
    /// An empty value, which OTLP allows; `null` in JSON.
    Null,
    /// A boolean.
    Bool(bool),
    /// A signed 64-bit integer.
    Int(i64),
    /// A double-precision floating-point number.
    Double(f64),
    /// A string.
    String(String),
    /// Raw bytes.
    Bytes(Vec<u8>),
    /// A list; its elements may have different types.
    Array(Vec<Value>),
    /// A map with string keys.
    Map(BTreeMap<String, Value>),
}

impl Value {
    /// Returns the name of the type with its article, as error messages use it: `an integer`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "a null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Double(_) => "a double",
            Self::String(_) => "a string",
            Self::Bytes(_) => "bytes",
            Self::Array(_) => "an array",
            Self::Map(_) => "a map",
        }
    }

    /// Returns the string, or `None` for any other type.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the integer, or `None` for any other type.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// Returns every string in the value, at any depth; the keys of maps are not included.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::String(text) => vec![text],
            Self::Array(items) => items.iter().flat_map(Self::texts).collect(),
            Self::Map(entries) => entries.values().flat_map(Self::texts).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns whether JSON can represent the value: it has no bytes, NaN or infinity in it.
    pub(crate) fn has_json_form(&self) -> bool {
        match self {
            Self::Bytes(_) => false,
            Self::Double(number) => number.is_finite(),
            Self::Array(items) => items.iter().all(Self::has_json_form),
            Self::Map(entries) => entries.values().all(Self::has_json_form),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::String(_) => true,
        }
    }

    /// Returns whether both values have the same type.
    pub fn same_type(&self, other: &Self) -> bool {
        discriminant(self) == discriminant(other)
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Double(a), Self::Double(b)) => a.to_bits() == b.to_bits(),
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        discriminant(self).hash(state);
        match self {
            Self::Null => {}
            Self::Bool(value) => value.hash(state),
            Self::Int(value) => value.hash(state),
            Self::Double(value) => value.to_bits().hash(state),
            Self::String(value) => value.hash(state),
            Self::Bytes(value) => value.hash(state),
            Self::Array(value) => value.hash(state),
            Self::Map(value) => value.hash(state),
        }
    }
}

/// Prints the value as JSON. Values that JSON cannot represent are printed as `bytes(6)`, `NaN`, `inf` and `-inf`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Double(value) => write!(f, "{value:?}"),
            Self::String(value) => write!(f, "{}", quoted(value)),
            Self::Bytes(value) => write!(f, "bytes({})", value.len()),
            Self::Array(items) => {
                let items: Vec<_> = items.iter().map(Self::to_string).collect();
                write!(f, "[{}]", items.join(","))
            }
            Self::Map(entries) => {
                let entries: Vec<_> = entries.iter().map(|(key, value)| format!("{}:{value}", quoted(key))).collect();
                write!(f, "{{{}}}", entries.join(","))
            }
        }
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Double(value)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::Array(values.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_digits_of_different_types_are_different_values() {
        assert_ne!(Value::from(200), Value::from("200"));
        assert_ne!(Value::from(200), Value::from(200.0));
    }

    #[test]
    fn values_are_shown_as_json() {
        let value = Value::Array(vec![Value::from("a \"b\"\n"), Value::from(-1), Value::from(1e300), Value::Null]);
        assert_eq!(value.to_string(), r#"["a \"b\"\n",-1,1e300,null]"#);
    }
}
