//! How two ends agree that the context travels in front of payloads: a WebSocket extension, negotiated in the handshake.
//!
//! A WebSocket has headers once and messages have none, so the context has to be in the messages.  To write it there
//! without being asked would hand garbage to an end that does not know this library.  [RFC 6455, section 9] has the
//! mechanism for exactly that: the client offers an extension, the server confirms it, and only then payloads carry more
//! than the application's bytes.  (A subprotocol would do as well, but there is only one, and it is the application's.)
//!
//! [RFC 6455, section 9]: https://www.rfc-editor.org/rfc/rfc6455#section-9

use http::{HeaderMap, HeaderValue, header::SEC_WEBSOCKET_EXTENSIONS};

use crate::{Instrumentation, Instrumented};

/// The extension's name.  It has no parameters.
pub const EXTENSION: &str = "x-opentelemetry-context";

/// What a server found in a client's handshake.
#[derive(Debug, Clone)]
#[must_use = "a handshake that is not confirmed leaves the client without an answer to its offer"]
pub struct Handshake {
    instrumentation: Instrumentation,
    agreed: bool,
}

impl Instrumentation {
    /// On the client, before connecting: offers that the context may travel in front of payloads.
    pub fn offer(&self, request: &mut HeaderMap) {
        if self.is_enabled() {
            request.append(SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_static(EXTENSION));
        }
    }

    /// On the client, once connected: wraps the socket.  The response says whether the server has agreed.
    pub fn connected<S>(&self, socket: S, response: &HeaderMap) -> Instrumented<S> {
        Instrumented::new(socket, self.clone(), self.is_enabled() && is_named(response))
    }

    /// On the server: looks whether the client offers that the context travels in front of payloads.
    pub fn accept(&self, request: &HeaderMap) -> Handshake {
        Handshake { instrumentation: self.clone(), agreed: self.is_enabled() && is_named(request) }
    }
}

impl Handshake {
    /// Tells the client, if it has offered.
    pub fn confirm(&self, response: &mut HeaderMap) {
        if self.agreed {
            response.append(SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_static(EXTENSION));
        }
    }

    /// Wraps the socket.
    pub fn upgraded<S>(self, socket: S) -> Instrumented<S> {
        Instrumented::new(socket, self.instrumentation, self.agreed)
    }
}

/// Whether the extension is among those of the headers; several may share a line, and each may have parameters.
fn is_named(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(SEC_WEBSOCKET_EXTENSIONS).iter().filter_map(|line| line.to_str().ok());
    let mut names = lines.flat_map(|line| line.split(',')).map(|one| one.split(';').next().unwrap_or_default());
    names.any(|name| name.trim() == EXTENSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(line: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_static(line))])
    }

    #[test]
    fn the_extension_is_found_among_others() {
        assert!(is_named(&headers("x-opentelemetry-context")));
        assert!(is_named(&headers("permessage-deflate; client_max_window_bits, x-opentelemetry-context;v=1")));
        assert!(!is_named(&headers("permessage-deflate")));
        assert!(!is_named(&headers("not-x-opentelemetry-context")));
        assert!(!is_named(&HeaderMap::new()));
    }

    #[test]
    fn nothing_is_offered_nor_confirmed_unless_both_want_it() {
        let (mut offer, mut answer) = (HeaderMap::new(), HeaderMap::new());
        Instrumentation::disabled().offer(&mut offer);
        Instrumentation::new().accept(&offer).confirm(&mut answer);
        assert!(offer.is_empty() && answer.is_empty());
        Instrumentation::new().offer(&mut offer);
        Instrumentation::disabled().accept(&offer).confirm(&mut answer);
        assert!(!offer.is_empty() && answer.is_empty());
        Instrumentation::new().accept(&offer).confirm(&mut answer);
        assert!(is_named(&answer));
    }
}
