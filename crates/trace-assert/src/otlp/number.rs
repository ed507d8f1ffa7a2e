//! Numbers in the JSON encoding of protobuf: 64-bit integers as strings or numbers, enum values as numbers or names.

use std::{fmt, marker::PhantomData, str::FromStr};

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

/// An integer that may be a JSON string.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Integer<T>(pub(super) T);

struct IntegerVisitor<T>(PhantomData<T>);

impl<T: FromStr + TryFrom<i128>> Visitor<'_> for IntegerVisitor<T> {
    type Value = Integer<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a 64-bit integer, as a number or a string")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        let converted = T::try_from(i128::from(number));
        converted.map(Integer).map_err(|_| E::custom(format!("{number} is out of range")))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        let converted = T::try_from(i128::from(number));
        converted.map(Integer).map_err(|_| E::custom(format!("{number} is out of range")))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        text.parse().map(Integer).map_err(|_| E::custom(format!("{text:?} is not a 64-bit integer")))
    }
}

impl<'de, T: FromStr + TryFrom<i128>> Deserialize<'de> for Integer<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IntegerVisitor(PhantomData))
    }
}

/// A double, or the name that protobuf uses for a value that JSON cannot represent.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
pub(super) enum Double {
    Number(f64),
    Name(NamedDouble),
}

/// The doubles that JSON cannot represent.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) enum NamedDouble {
    NaN,
    Infinity,
    #[serde(rename = "-Infinity")]
    NegativeInfinity,
}

impl Double {
    pub(super) fn value(self) -> f64 {
        match self {
            Self::Number(number) => number,
            Self::Name(NamedDouble::NaN) => f64::NAN,
            Self::Name(NamedDouble::Infinity) => f64::INFINITY,
            Self::Name(NamedDouble::NegativeInfinity) => f64::NEG_INFINITY,
        }
    }
}

/// An enum value, by number or by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Member {
    Number(i64),
    Name(String),
}

impl Default for Member {
    fn default() -> Self {
        Self::Number(0)
    }
}
