//! Invariants of times: a span and its parent have plausible start and end times.

use super::{invariant::Invariant, violation::Violation};
use crate::model::{Kind, Span};

pub(super) fn end_after_start(span: &Span) -> Option<Violation> {
    let early = span.start.checked_sub(span.end).filter(|early| *early > 0)?;
    Some(Violation::new(Invariant::EndAfterStart, span, format!("ends {} before it starts", milliseconds(early))))
}

pub(super) fn start_after_parent(span: &Span, parent: &Span) -> Option<Violation> {
    let early = parent.start.checked_sub(span.start).filter(|early| *early > 0)?;
    let message = format!("starts {} before its parent {}", milliseconds(early), parent.title());
    Some(Violation::new(Invariant::StartAfterParent, span, message))
}

pub(super) fn end_within_parent(span: &Span, parent: &Span) -> Option<Violation> {
    let late = span.end.checked_sub(parent.end).filter(|late| *late > 0 && is_awaited(span.kind, parent.kind))?;
    let message = format!("ends {} after its parent {}", milliseconds(late), parent.title());
    Some(Violation::new(Invariant::EndWithinParent, span, message))
}

/// Returns whether a parent of this kind waits for such a child.
///
/// The sender of a message does not wait until it is processed, and processing a message may start work that
/// continues.
fn is_awaited(child: Kind, parent: Kind) -> bool {
    match child {
        Kind::Server => parent == Kind::Client,
        Kind::Internal | Kind::Client => !matches!(parent, Kind::Producer | Kind::Consumer),
        Kind::Producer | Kind::Consumer => false,
    }
}

/// Formats nanoseconds as milliseconds with six decimal places.
fn milliseconds(nanoseconds: u64) -> String {
    format!("{}.{:06} ms", nanoseconds / 1_000_000, nanoseconds % 1_000_000)
}
