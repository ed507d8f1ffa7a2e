//! Expectations: the text form of a trace, an indented tree with one line for each span.
//!
//! # Grammar
//!
//! ```text
//! line   := [count " x "] service KIND name [OK | ERROR] clause* ["as" label] ["#" comment]
//! KIND   := SERVER | CLIENT | PRODUCER | CONSUMER | INTERNAL
//! name   := a JSON string
//! service, key, label := a bare word of letters, digits and ._- ; service and key may be JSON strings instead
//! clause := key=JSON | key~"regex" | key? | !key               an attribute: equal, matching, present, absent
//!         | resource.key=JSON | … | !resource.key              the same of the resource
//!         | scope="name" | scope="name@version"                the instrumentation scope
//!         | scope.key=JSON | … | !scope.key                    an attribute of the scope
//!         | event:"name" | event:"name"{key=JSON key~"re" …}   an event, each clause a different one
//!         | link:label                                         a link to the span that is bound to the label
//!         | ordered                                            the children match in order of their start
//! ```
//!
//! Two spaces indent a level (the whole tree may be indented). Blank lines and lines that start with `#` are skipped.
//! A child line `...` opens its parent: further children are allowed there; without it they are unexpected. What no
//! clause mentions does not matter, with one exception: without a status word the span must not be an ERROR.
//! A count asks for exactly that many siblings that match the line with all that is below it.
//!
//! Values have JSON's types: `200`, `200.0` and `"200"` are three different values. A regular expression matches
//! strings, anywhere in them unless anchored; it is written as a JSON string (`"^\\d+$"`). A key in quotes is always
//! that of a span attribute: `"resource.colour"="red"`. A label is bound once, on a line that no count multiplies.

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

pub(crate) use observed::printable;
pub(crate) use pattern::{Clause, Condition, StatusWord, Test};
pub(crate) use print::{bare_or_quoted, print_clause, title};
pub(crate) use tree::Node;
