//! The defects that `LAB_DEFECT` plants in `items`; the original bootcamp had them.

use telemetry::{Defect, Telemetry};
use websocket_instrumentation::Instrumentation;

/// The defects that `items` implements.
pub const KNOWN: [Defect; 2] = [Defect::NoContext, Defect::NoFlush];

/// D11: the WebSocket handshake does not offer context propagation.
///
/// Every message still has its spans, and every call succeeds. But the PRODUCER span and the CONSUMER span are in two
/// traces.
pub fn offer(defect: Option<Defect>, instrumentation: &Instrumentation, request: &mut http::HeaderMap) {
    if defect != Some(Defect::NoContext) {
        instrumentation.offer(request);
    }
}

/// D7: the process exits without a flush.
///
/// Every request has its response and every span has ended. But the spans that are still in the batch are lost.
pub async fn shutdown(defect: Option<Defect>, telemetry: Telemetry) {
    if defect != Some(Defect::NoFlush) {
        telemetry.shutdown().await;
    }
}
