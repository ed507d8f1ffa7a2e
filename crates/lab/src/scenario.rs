//! A scenario: one folder whose `scenario.toml` says what runs where, what is done and what must be seen.
//!
//! # Layout
//! - [`file`]: the TOML as it stands, strictly typed
//! - [`step`]: what is done and what it must show
//! - [`expected_failure`]: how a planted fault must show
//! - [`mod@find`]: folders that are scenarios, by name
//! - [`load`]: the file checked against the topology, expectations parsed
//! - `removal`: a variant whose trees are the scenario's, less the spans of a scope
//! - [`play`]: the scenario with one of its variants applied
//! - [`variables`]: the names of variables that parts read
//! - [`secret`]: texts that are planted and must not be stored

pub mod behaviours;
pub mod expected_failure;
mod file;
pub mod find;
pub mod load;
mod placement;
pub mod play;
mod removal;
pub mod secret;
pub mod step;
pub mod variables;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::PathBuf;

pub use expected_failure::ExpectedFailure;
pub use find::{FindError, all, find};
pub use play::Play;
pub use secret::Secret;
use serde::{Deserialize, Serialize};
pub use step::{Action, Check, Fate, Step};
use trace_assert::{Expectation, Pattern};

/// Part or `services` → variable → value.
pub type Environment = BTreeMap<String, BTreeMap<String, String>>;

/// Part → file name → text: what is in a part's state directory before it starts for the first time.
pub type Files = BTreeMap<String, BTreeMap<String, String>>;

/// Part → configuration files, in the order in which they are layered.
pub type Layers = BTreeMap<String, Vec<PathBuf>>;

/// A scenario as its folder defines it, checked.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The folder's name up to the first `-`: what one types.
    pub id: String,
    /// The folder.
    pub folder: PathBuf,
    /// What it is, in one line.
    pub title: String,
    /// What one learns.
    pub teaches: String,
    /// The part to which the services export.
    pub export: String,
    /// Node → the parts that run on it.
    pub nodes: BTreeMap<String, Vec<String>>,
    /// Configuration files of collectors and Jaeger.
    pub layers: Layers,
    /// Environment of the services, and of single parts.
    pub environment: Environment,
    /// Files in the parts' state directories.
    pub files: Files,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// Trees of traces that may appear without a step.
    pub background: Vec<Background>,
    /// Spans that must not appear.
    pub absent: Vec<Absent>,
    /// Texts that no span may hold.
    pub secrets: Vec<Secret>,
    /// What Prometheus must show.
    pub metrics: Vec<Metric>,
    /// Other settings under which the scenario runs as well.
    pub variants: Vec<Variant>,
}

impl Scenario {
    /// Every part, each once, in the order of the file.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.nodes.values().flatten().map(String::as_str)
    }
}

/// Traces that the system makes by itself, such as the refresh of a cache.
#[derive(Debug, Clone)]
pub struct Background {
    /// What it is.
    pub caption: String,
    /// Behaviours that it covers.
    pub covers: Vec<String>,
    /// How many of them there may be.
    pub times: RangeInclusive<usize>,
    /// Its tree.
    pub tree: Expectation,
}

/// A span that no stored trace may have.
#[derive(Debug, Clone)]
pub struct Absent {
    /// What must not be.
    pub caption: String,
    /// Behaviours that it covers.
    pub covers: Vec<String>,
    /// The span.
    pub span: Pattern,
}

/// What Prometheus must show once the metrics have settled.
#[derive(Debug, Clone)]
pub struct Metric {
    /// What it means.
    pub caption: String,
    /// Behaviours that it covers.
    pub covers: Vec<String>,
    /// The query; its sample values are added up.
    pub query: String,
    /// What must be true of the value.
    pub expected: Amount,
}

/// What must be true of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// It grew by exactly this since the baseline.
    Increase(f64),
    /// It is exactly this.
    Equals(f64),
    /// It is this or more.
    AtLeast(f64),
}

/// Another setting of the scenario.
#[derive(Debug, Clone)]
pub struct Variant {
    /// What one types after `--variant`.
    pub name: String,
    /// What is different.
    pub caption: String,
    /// Overrides of the environment.
    pub environment: Environment,
    /// Overrides of the layers.
    pub layers: Layers,
    /// Overrides of the files.
    pub files: Files,
    /// Its own steps instead of the scenario's, if it has any.
    pub steps: Vec<Step>,
    /// Its own background traces instead of the scenario's, if it has steps of its own.
    pub background: Vec<Background>,
    /// Its own metrics instead of the scenario's, if it has steps of its own.
    pub metrics: Vec<Metric>,
    /// What it lacks, while nothing else is different; its steps are derived then.
    pub removes: Option<Removes>,
    /// How it must fail, for a variant with a planted fault.
    pub expected_failure: Option<ExpectedFailure>,
}

/// What a variant's traces lack.
#[derive(Debug, Clone)]
pub struct Removes {
    /// The instrumentation scope that makes no spans.
    pub scope: String,
    /// Behaviours that it covers.
    pub covers: Vec<String>,
}
