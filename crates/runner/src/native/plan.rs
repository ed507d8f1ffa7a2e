//! What is to be started: programs with their arguments, environment, ports and sign of readiness.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// How long a part may take until it is ready.
pub(super) const START_WITHIN: Duration = Duration::from_secs(30);

/// How long a part may take to stop: a service drains for up to ten seconds, and flushes for as long as two exports may take.
pub(super) const STOP_WITHIN: Duration = Duration::from_secs(40);

/// The parts of one run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The run's name, in the environment of each of its processes.
    pub run_id: String,
    /// The run's folder: logs, state, generated configuration.
    pub dir: PathBuf,
    /// The address that the parts bind.
    pub listen: String,
    /// What has been added to every port.
    pub offset: u16,
    /// The parts.
    pub parts: Vec<PartPlan>,
}

/// One part.
#[derive(Debug, Clone)]
pub struct PartPlan {
    /// Its name in the topology.
    pub name: String,
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Whether it can be asked if it accepts these arguments: `validate` before them.
    pub validates: bool,
    /// The exit code with which it refuses its environment, if it has one for that.
    pub refuses_with: Option<i32>,
    /// Its whole environment, less what tells it the run and the socket for its readiness.
    pub env: BTreeMap<String, String>,
    /// Files that are in its state directory when it starts for the first time, by name.
    pub files: BTreeMap<String, String>,
    /// The ports it is going to listen on, by name.
    pub ports: BTreeMap<String, u16>,
    /// The sign that it is ready.
    pub ready: Ready,
    /// How long that may take.
    pub start_within: Duration,
    /// How long it may take to stop before it is killed.
    pub stop_within: Duration,
    /// Parts with a lower tier are stopped first: who sends before who receives.
    pub tier: u8,
}

/// The sign that a part is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ready {
    /// It says so by `sd_notify(3)`.
    Notify,
    /// A page answers 200.
    Page(String),
}

impl std::fmt::Display for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Notify => f.write_str("READY=1 on its NOTIFY_SOCKET"),
            Self::Page(url) => write!(f, "200 from {url}"),
        }
    }
}
