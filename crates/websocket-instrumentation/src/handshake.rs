//! The handshake: client and server negotiate a WebSocket extension that puts the context before each payload.
//!
//! A WebSocket connection has headers once, and its messages have none, so the context has to be in the messages. A
//! peer without this library could not remove it and would pass it to its application as data. [RFC 6455, section 9]
//! defines the mechanism for this case: the client offers an extension, the server confirms it, and only then do
//! payloads contain more than the bytes of the application. A subprotocol would work too, but a connection has only
//! one, and it belongs to the application.
//!
//! [RFC 6455, section 9]: https://www.rfc-editor.org/rfc/rfc6455#section-9

use http::{HeaderMap, HeaderValue, header::SEC_WEBSOCKET_EXTENSIONS};

use crate::instrumentation::Instrumentation;
use crate::socket::Instrumented;

/// The name of the extension in `Sec-WebSocket-Extensions`; it has no parameters.
pub const EXTENSION: &str = "x-opentelemetry-context";

/// The server side of a handshake: whether the client offered the extension.
#[derive(Debug, Clone)]
#[must_use = "a handshake that is not confirmed leaves the client without a response to its offer"]
pub struct Handshake {
    instrumentation: Instrumentation,
    /// True if the client offered the extension and this instrumentation is enabled.
    agreed: bool,
}

impl Instrumentation {
    /// Client, before connecting: adds the offer of the extension to the headers of the request.
    pub fn offer(&self, request: &mut HeaderMap) {
        if self.is_enabled() {
            request.append(SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_static(EXTENSION));
        }
    }

    /// Client, after connecting: wraps the socket. The context is sent only if the headers of the response confirm
    /// the extension.
    pub fn connected<S>(&self, socket: S, response: &HeaderMap) -> Instrumented<S> {
        Instrumented::new(socket, self.clone(), self.is_enabled() && is_named(response))
    }

    /// Server: checks whether the headers of the request offer the extension. Call [`Handshake::confirm`] and
    /// [`Handshake::upgraded`] on the result.
    pub fn accept(&self, request: &HeaderMap) -> Handshake {
        Handshake { instrumentation: self.clone(), agreed: self.is_enabled() && is_named(request) }
    }
}

impl Handshake {
    /// Confirms the extension in the headers of the response, if the client offered it.
    pub fn confirm(&self, response: &mut HeaderMap) {
        if self.agreed {
            response.append(SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_static(EXTENSION));
        }
    }

    /// Wraps the upgraded socket.
    pub fn upgraded<S>(self, socket: S) -> Instrumented<S> {
        Instrumented::new(socket, self.instrumentation, self.agreed)
    }
}

/// Returns whether the headers name the extension; a header line may list several extensions, each with parameters.
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
