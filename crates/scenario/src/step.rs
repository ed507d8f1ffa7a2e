//! One step of a scenario: what is done, under which fault, and what it must show.

use std::collections::BTreeMap;

use serde_json::Value;
use trace_assert::Expectation;

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// A sentence that says what must be seen.
    pub caption: String,
    /// The line of the scenario file at which it stands.
    pub line: usize,
    /// Behaviours of the bootcamp that it covers.
    pub covers: Vec<String>,
    /// What is done.
    pub action: Action,
    /// Parts that are stopped before the step and started again after it.
    pub without: Vec<String>,
    /// Parts that are killed before the step and stay dead.
    pub kill: Vec<String>,
    /// A service that is told to end (SIGTERM) while the step's requests are under way, and started again after it.
    pub terminate: Option<String>,
    /// A part that is frozen when the step begins, and for how many milliseconds.
    pub hold: Option<(String, u64)>,
    /// A file of a part that gets another text before the step.
    pub write: Option<Write>,
    /// What it must show.
    pub check: Check,
}

impl Step {
    /// Whether the step needs a runner that can stop parts, or change their files.
    #[must_use]
    pub fn has_fault(&self) -> bool {
        let stops = !self.without.is_empty() || !self.kill.is_empty() || self.terminate.is_some();
        stops || self.hold.is_some() || self.write.is_some()
    }
}

/// A new text for a file in a part's state directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// The part.
    pub part: String,
    /// The file's name.
    pub file: String,
    /// The text.
    pub text: String,
}

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
    WebSocket(Say),
}

/// One message to one part.
#[derive(Debug, Clone)]
pub struct Say {
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
    /// Whether it is repeated until what is expected of the answer is true.
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

/// What a step must show.
#[derive(Debug, Clone, Default)]
pub struct Check {
    /// The HTTP status.
    pub status: Option<u16>,
    /// A JSON value that the answer must contain; Redis' reply and a socket's answer must be equal to it.
    pub answer: Option<Value>,
    /// A text that the answer must contain.
    pub contains: Option<String>,
    /// Whether its traces are sampled; when they are not, the store has none of them.
    pub sampled: Option<bool>,
    /// What a tail sampler does with each of its traces, if that is said.
    pub fate: Option<Fate>,
    /// Which share of its traces is stored, by chance; the number may lie in an interval around it.
    pub share: Option<f64>,
    /// How many spans the services start and do not record for each of its traces that is not sampled.
    pub unrecorded: Option<u64>,
    /// The tree of each of its traces.
    pub trace: Option<Expectation>,
    /// The tree of each trace that links to one of its spans.
    pub linked: Option<Expectation>,
}

/// What a tail sampler does with a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is kept because of this policy, which the collector writes on the scope.
    KeptBy(String),
    /// It is dropped whole because exactly these policies were asked and refused it; none named means whichever were asked.
    Refused(Option<Vec<String>>),
}
