//! Why the topology cannot be used, or lacks an address.

use crate::document::DocumentError;

/// Why the topology cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TopologyError {
    /// The file cannot be read, or contains an error.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A variable that must contain a port contains something else.
    #[error("invalid {variable}=\"{value}\": expected a port (0–65535)")]
    NotAPort {
        /// The name of the variable.
        variable: String,
        /// Its value.
        value: String,
    },
    /// The offset moves a port past the last one.
    #[error(
        "the port offset {offset} is too large: port `{port}` of part `{part}` would be {}, and the last port is 65535; the \
         offset can be at most {}",
        u32::from(*number) + u32::from(*offset),
        u16::MAX - number
    )]
    OffsetTooLarge {
        /// The offset.
        offset: u16,
        /// The part with the highest port.
        part: String,
        /// The name of that port.
        port: String,
        /// Its number without the offset.
        number: u16,
    },
}

/// A part or a port that the topology does not have.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum UnknownAddress {
    /// No such part.
    #[error("unknown part `{0}`: expected one of {1}")]
    Part(String, String),
    /// The part has no such port.
    #[error("part `{0}` has no port `{1}`: expected one of {2}")]
    Port(String, String, String),
}
