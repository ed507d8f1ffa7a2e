//! The defects that `LAB_DEFECT` plants in `users`; the original bootcamp had them.

use std::future::Future;

use telemetry::Defect;
use tracing::info_span;

use crate::choice::Choice;

/// The defects that `users` implements.
pub const KNOWN: [Defect; 4] = [Defect::GarbledPayload, Defect::BareSpan, Defect::OffByOne, Defect::NotCurrent];

/// D1: converts each byte of a message to a character.
///
/// The result is still JSON with the same IDs, and the trace is complete and correct. Only non-ASCII characters are
/// changed. A plugin of the original bootcamp passed the bytes of a buffer as separate arguments to a function, and
/// the handler received the number of the first byte.
pub fn garbled(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

/// D2: starts a span without a span kind and without attributes of the message.
///
/// The span is never entered. So spans of `work` become children of the span that was current before.
pub async fn bare_span<T>(work: impl Future<Output = T>) -> T {
    let span = info_span!(target: "otel", "got ws message");
    // The missing call: `.instrument(span.clone())`.
    let result = work.await;
    drop(span);
    result
}

/// D8: returns an index from 0 to `length`, which can be one too large.
///
/// Python's `random.randint(0, n)` includes `n`, so on average one of n + 1 calls fails.
pub fn random_index(defect: Option<Defect>, choice: &Choice, length: usize) -> usize {
    match defect {
        Some(Defect::OffByOne) => choice.below(length + 1),
        _ => choice.below(length),
    }
}

/// D9: starts a span for `work` but does not make it current, like `tracer.start_span(…)` alone.
///
/// Spans of `work` become siblings of this span instead of its children.
pub async fn not_current<T>(defect: Option<Defect>, work: impl Future<Output = T>) -> T {
    if defect != Some(Defect::NotCurrent) {
        return work.await;
    }
    let span = info_span!(target: "otel", "get users");
    // The missing call: `.instrument(span.clone())`.
    let users = work.await;
    drop(span);
    users
}
