//! Defects that users can be told to have (`LAB_DEFECT`), as the bootcamp had them.

use std::future::Future;

use telemetry::Defect;
use tracing::info_span;

use crate::choice::Choice;

/// Those that users knows.
pub const KNOWN: [Defect; 4] = [Defect::GarbledPayload, Defect::BareSpan, Defect::OffByOne, Defect::NotCurrent];

/// D1: hands the message's bytes on one by one, each as a character.
///
/// It is still JSON, ids are still ids, and the trace is perfect: only what is beyond ASCII is not what was sent.  The
/// bootcamp's plugin spread a buffer over the arguments of a function, and the handler got the number of its first byte.
pub fn garbled(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

/// D2: opens a span and says nothing about it, neither its kind nor what is processed.
///
/// And it is never entered: what `work` opens becomes a child of whatever was current before.
pub async fn bare<T>(work: impl Future<Output = T>) -> T {
    let span = info_span!(target: "otel", "got ws message");
    // The word that is missing: `.instrument(span.clone())`.
    let answer = work.await;
    drop(span);
    answer
}

/// D8: an index from 0 to `length`, and the last of them is one too many.
///
/// Python's `random.randint(0, n)` includes `n`, so that one call of n + 1 fails.
pub fn index(defect: Option<Defect>, choice: &Choice, length: usize) -> usize {
    match defect {
        Some(Defect::OffByOne) => choice.below(length + 1),
        _ => choice.below(length),
    }
}

/// D9: opens a span for `work` and does not make it the current one, as `tracer.start_span(…)` alone does.
///
/// What `work` opens stands beside the span then, and not below it.
pub async fn beside<T>(defect: Option<Defect>, work: impl Future<Output = T>) -> T {
    if defect != Some(Defect::NotCurrent) {
        return work.await;
    }
    let span = info_span!(target: "otel", "get users");
    // The word that is missing: `.instrument(span.clone())`.
    let users = work.await;
    drop(span);
    users
}
