//! Expectations: the text form of a trace, an indented tree with one line per span.
//!
//! # Grammar
//!
//! ```text
//! line   := [count " x "] service KIND name [OK | ERROR] clause* ["as" label] ["#" comment]
//! KIND   := SERVER | CLIENT | PRODUCER | CONSUMER | INTERNAL
//! name   := a JSON string
//! service, key, label := a bare word of letters, digits and ._- ; service and key may be JSON strings instead
//! clause := key=JSON | key~"regex" | key? | !key               an attribute: equal, matching, present, absent
//!         | resource.key=JSON | … | !resource.key              the same for an attribute of the resource
//!         | scope="name" | scope="name@version"                the instrumentation scope
//!         | scope.key=JSON | … | !scope.key                    the same for an attribute of the scope
//!         | event:"name" | event:"name"{key=JSON key~"re" …}   an event; each clause needs a different event
//!         | link:label                                         a link to the span that the label is bound to
//!         | ordered                                            the children match in the order of their start times
//! ```
//!
//! # Structure
//!
//! - Two spaces of indentation are one level. The whole tree may be indented.
//! - Blank lines and lines that start with `#` are ignored.
//! - The child line `...` makes its parent open: further children are allowed there. Without it, a child that no line
//!   describes is an error.
//! - A count requires exactly that number of siblings that match the line and its subtree.
//!
//! # Matching
//!
//! - Only what a line mentions is checked, with one exception: without a status word, the status must not be ERROR.
//! - Values have the types of JSON: `200`, `200.0` and `"200"` are three different values.
//! - A regular expression matches only strings, and anywhere in the string unless it is anchored. It is written as a
//!   JSON string (`"^\\d+$"`).
//! - A quoted key is always the key of a span attribute: `"resource.color"="red"`.
//! - A label can be bound only once, and not on a line that a count multiplies.

mod clause;
mod cursor;
mod error;
mod label;
mod line;
mod observed;
mod parse;
mod pattern;
mod print;
mod removal;
#[cfg(test)]
mod roundtrip;
mod tree;

pub use error::ParseError;
pub use label::{Labels, SpanRef};
pub use pattern::Pattern;
pub use removal::RemovalError;
pub use tree::Expectation;

pub(crate) use label::{LabelBindings, LinkTarget};
pub(crate) use pattern::{Clause, Condition, StatusWord, Test};
pub(crate) use tree::Node;
