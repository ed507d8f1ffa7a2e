//! Defects that users can be told to have (`LAB_DEFECT`), as the bootcamp had them.

use std::future::Future;

use telemetry::Defect;
use tracing::info_span;

/// Those that users knows.
pub const KNOWN: [Defect; 2] = [Defect::GarbledPayload, Defect::BareSpan];

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
