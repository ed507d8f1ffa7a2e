//! The response to one request of a step.

use trace_assert::{SpanId, TraceId};

/// The response to one request.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The part that responded.
    pub(crate) part: String,
    /// The trace that the service names in its response, and whether it was sampled.
    pub(crate) trace: Option<(TraceId, bool)>,
    /// The trace and the span that the request named as its parent, if it named one.
    pub(crate) caller: Option<(TraceId, SpanId)>,
    /// The body.
    pub(crate) body: String,
}

impl Response {
    /// Reads a response of `part` to a request that named `caller`.
    ///
    /// # Errors
    /// When the connection ends before the body does.
    pub(crate) async fn read(
        response: reqwest::Response,
        part: &str,
        caller: Option<(TraceId, SpanId)>,
    ) -> reqwest::Result<Self> {
        let header = response.headers().get("traceresponse").and_then(|value| value.to_str().ok());
        let trace = header.and_then(traceresponse);
        let (status, part) = (response.status().as_u16(), part.to_owned());
        Ok(Self { status, part, trace, caller, body: response.text().await? })
    }
}

/// Reads `00-<trace id>-<span id>-<flags>` (W3C Trace Context level 2, `traceresponse`).
fn traceresponse(header: &str) -> Option<(TraceId, bool)> {
    let mut fields = header.split('-').skip(1);
    let id = fields.next()?.parse().ok()?;
    let flags = u8::from_str_radix(fields.nth(1)?, 16).ok()?;
    Some((id, flags & 1 == 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traceresponse_says_which_trace_and_whether_it_is_sampled() {
        let header = |flags| format!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flags}");
        let (id, sampled) = traceresponse(&header("01")).unwrap();
        assert_eq!((id.to_string().as_str(), sampled), ("0af7651916cd43dd8448eb211c80319c", true));
        assert!(!traceresponse(&header("00")).unwrap().1);
        assert!(traceresponse("nonsense").is_none());
    }
}
