//! What a step does: HTTP requests, a Redis command, or a message over a WebSocket.

use std::collections::BTreeMap;

use toml::Spanned;

use crate::document::Parsed;
use crate::names::Names;
use crate::table::Table;

/// What a step does.
#[derive(Debug, Clone)]
pub enum Action {
    /// HTTP GET requests.
    Get(Get),
    /// A Redis command; its reply is waited for when it is to become something.
    Redis {
        /// The command and its arguments.
        command: Vec<String>,
        /// Whether the command is repeated until its reply is the expected one.
        until: bool,
    },
    /// A message over a WebSocket of its own.
    WebSocket(WebSocketMessage),
}

/// One message to one part.
#[derive(Debug, Clone)]
pub struct WebSocketMessage {
    /// Where the socket is opened.
    pub place: Place,
    /// The message.
    pub text: String,
}

/// HTTP GET requests.
#[derive(Debug, Clone)]
pub struct Get {
    /// Where to.
    pub place: Place,
    /// Further places to which each request is sent, with the same headers.
    pub also: Vec<Place>,
    /// Headers to send.
    pub headers: BTreeMap<String, String>,
    /// How often.
    pub times: u32,
    /// How many at once.
    pub parallel: u32,
    /// Whether it is repeated until the response is the expected one.
    pub until: bool,
}

/// Where a request is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The part.
    pub part: String,
    /// The name of its port.
    pub port: String,
    /// Path and query.
    pub path: String,
}

impl Action {
    /// Takes what a step does: exactly one of `get`, `redis` and `websocket` (with `send`).
    pub(crate) fn read(table: &mut Table<'_>, caption: &str, names: &Names<'_>) -> Parsed<Self> {
        let until = table.take_or_default("until")?;
        let get = Get::read(table, until, names)?;
        let command: Option<Vec<String>> = table.take("redis")?;
        let websocket: Option<Spanned<String>> = table.take("websocket")?;
        let text: Option<String> = table.take("send")?;
        table.reject_unread()?;
        match (get, command, websocket, text) {
            (Some(get), None, None, None) => Ok(Self::Get(get)),
            (None, Some(command), None, None) if !command.is_empty() => Ok(Self::Redis { command, until }),
            (None, None, Some(place), Some(text)) => {
                Ok(Self::WebSocket(WebSocketMessage { place: Place::read("websocket", &place, names)?, text }))
            }
            _ => {
                let expected = "expected exactly one of `get`, `redis` (with a command) and `websocket` (with `send`)";
                Err(table.invalid(format!("step `{caption}`: {expected}")))
            }
        }
    }
}

impl Get {
    /// Takes `get = "items /data"` and the keys that go with it; they are valid in every step.
    fn read(table: &mut Table<'_>, until: bool, names: &Names<'_>) -> Parsed<Option<Self>> {
        let get: Option<Spanned<String>> = table.take("get")?;
        let also: Vec<Spanned<String>> = table.take_or_default("also")?;
        let headers = table.take_or_default("headers")?;
        let times = table.take("times")?.unwrap_or(1);
        let parallel = table.take("parallel")?.unwrap_or(1).max(1);
        let Some(get) = get else { return Ok(None) };
        if until && (times != 1 || !also.is_empty()) {
            let problem = "a step with `until` sends one request: remove `times` and `also`";
            return Err(names.document.invalid("until", &get, problem));
        }
        let also = also.iter().map(|place| Place::read("also", place, names)).collect::<Result<_, _>>()?;
        Ok(Some(Self { place: Place::read("get", &get, names)?, also, headers, times, parallel, until }))
    }
}

impl Place {
    /// Reads `"items /data"`, or `"gateway:zpages /debug/pipelinez"` for another port than `http`.
    fn read(key: &str, text: &Spanned<String>, names: &Names<'_>) -> Parsed<Self> {
        let Some((place, path)) = text.get_ref().split_once(' ').filter(|(_, path)| path.starts_with('/')) else {
            let problem = format!("invalid target `{}`: expected `part /path` or `part:port /path`", text.get_ref());
            return Err(names.document.invalid(key, text, problem));
        };
        let (part, port) = place.split_once(':').unwrap_or((place, "http"));
        names.port(part, port).map_err(|problem| names.document.invalid(key, text, problem))?;
        Ok(Self { part: part.to_owned(), port: port.to_owned(), path: path.to_owned() })
    }
}
