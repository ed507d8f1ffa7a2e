//! Defects that items can be told to have (`LAB_DEFECT`), as the bootcamp had them.

use telemetry::{Defect, Telemetry};
use websocket_instrumentation::Instrumentation;

/// Those that items knows.
pub const KNOWN: [Defect; 2] = [Defect::NoContext, Defect::NoFlush];

/// D11: shakes hands without offering that the context travels.
///
/// Every message has its spans all the same, and every call works.  But the two ends of a message are two traces.
pub fn offer(defect: Option<Defect>, instrumentation: &Instrumentation, request: &mut http::HeaderMap) {
    if defect != Some(Defect::NoContext) {
        instrumentation.offer(request);
    }
}

/// D7: ends without a word.
///
/// Every request has been answered and every span has ended; those that still wait in the batch are gone.
pub async fn shutdown(defect: Option<Defect>, telemetry: Telemetry) {
    if defect != Some(Defect::NoFlush) {
        telemetry.shutdown().await;
    }
}
