//! The reason of a mismatch, as data: the first thing that is wrong, in the order of the lines.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Difference, SpanId, Title};

/// The first thing in which a trace differs from an expectation. Its `Display` is the sentence of the mismatch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// A span is where it is expected, and differs from its line.
    Differs {
        /// The span that the line expects.
        span: Title,
        /// Everything in which it differs.
        differences: Vec<Difference>,
    },
    /// Two siblings of an `ordered` line started in the wrong order.
    WrongOrder {
        /// The span that should have started later.
        span: Title,
        /// The span that should have started earlier.
        earlier: Title,
        /// The parent of both.
        below: Option<Title>,
    },
    /// A span is below another parent than expected.
    WrongParent {
        /// The span.
        span: Title,
        /// A clause that tells the span from its siblings of the same title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clause: Option<String>,
        /// The expected parent; none for a root.
        expected_below: Option<Title>,
        /// Where the span is.
        found: Found,
    },
    /// There are fewer or more equal spans than expected.
    WrongCount {
        /// The spans.
        span: Title,
        /// A clause that tells them from siblings of the same title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clause: Option<String>,
        /// Their parent; none for roots.
        below: Option<Title>,
        /// How many are expected.
        expected: usize,
        /// How many there are.
        got: usize,
    },
    /// An expected span is not there.
    Missing {
        /// The span.
        span: Title,
        /// A clause that tells it from siblings of the same title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clause: Option<String>,
        /// Its expected parent; none for a root.
        below: Option<Title>,
        /// Whether the trace has no spans at all.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        empty_trace: bool,
    },
    /// A span is there that no line expects.
    Unexpected {
        /// The span.
        span: Title,
        /// Its parent; none for a root.
        below: Option<Title>,
    },
    /// The trace was expected to be empty.
    NotEmpty {
        /// Its root.
        span: Title,
    },
    /// The trace has more roots than the one that is expected.
    SecondRoot {
        /// The root that is not expected.
        span: Title,
        /// The root that is.
        expected: Title,
        /// Why the span is a root although it names a parent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        orphan: Option<Orphan>,
    },
    /// Each line finds a span, but two lines need the same one.
    Conflict,
}

/// Where a span is that has the wrong parent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// It is a root.
    Root {
        /// Why it is one although it names a parent.
        orphan: Option<Orphan>,
    },
    /// It is below this span.
    Below(Title),
    /// It is below another span of the same title as the expected parent.
    BelowAnother(Title),
}

/// Why a span is a root although it names a parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Orphan {
    /// The parent is a descendant of the span.
    Cycle(SpanId),
    /// The parent is not in the trace.
    ParentAbsent(SpanId),
}

impl Reason {
    /// The span that the reason is about; none where it is about the trace as a whole.
    pub fn span(&self) -> Option<&Title> {
        match self {
            Self::Differs { span, .. }
            | Self::WrongOrder { span, .. }
            | Self::WrongParent { span, .. }
            | Self::WrongCount { span, .. }
            | Self::Missing { span, .. }
            | Self::Unexpected { span, .. }
            | Self::NotEmpty { span }
            | Self::SecondRoot { span, .. } => Some(span),
            Self::Conflict => None,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs { span, differences } => {
                let told: Vec<_> = differences.iter().map(ToString::to_string).collect();
                write!(f, "{span}: {}", told.join("; "))
            }
            Self::WrongOrder { span, earlier, below } => {
                write!(f, "wrong order: {earlier} expected before {span}{}, started after it", place(below.as_ref()))
            }
            Self::WrongParent { span, clause, expected_below, found } => {
                let expected = place(expected_below.as_ref());
                write!(f, "wrong parent: {span}{} expected{expected}, found {found}", told_apart(clause.as_ref()))
            }
            Self::WrongCount { span, clause, below, expected, got } => {
                let below = place(below.as_ref());
                write!(f, "wrong count: {span}{}{below} expected {expected}, got {got}", told_apart(clause.as_ref()))
            }
            Self::Missing { span, clause, below, empty_trace } => {
                let nothing = if *empty_trace { ": the trace has no spans" } else { "" };
                write!(f, "missing: {span}{}{}{nothing}", told_apart(clause.as_ref()), place(below.as_ref()))
            }
            Self::Unexpected { span, below } => write!(f, "unexpected: {span}{}", place(below.as_ref())),
            Self::NotEmpty { span } => write!(f, "unexpected: {span} as the root: the trace was expected to be empty"),
            Self::SecondRoot { span, expected, orphan } => {
                write!(f, "several roots: expected only {expected}, got also {span}{}", because(orphan.as_ref()))
            }
            Self::Conflict => f.write_str("every line finds a span, but not all at once: two of them need the same"),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root { orphan } => write!(f, "as a root{}", because(orphan.as_ref())),
            Self::Below(parent) => write!(f, "below {parent}"),
            Self::BelowAnother(parent) => write!(f, "below another {parent}"),
        }
    }
}

fn place(below: Option<&Title>) -> String {
    below.map_or_else(|| " as the root".to_owned(), |parent| format!(" below {parent}"))
}

fn told_apart(clause: Option<&String>) -> String {
    clause.map(|clause| format!(" {clause}")).unwrap_or_default()
}

fn because(orphan: Option<&Orphan>) -> String {
    match orphan {
        Some(Orphan::Cycle(parent)) => format!(" (its parent {parent} is below itself)"),
        Some(Orphan::ParentAbsent(parent)) => format!(" (its parent {parent} is not in the trace)"),
        None => String::new(),
    }
}
