//! The two files that define the lab, `topology.toml` and `scenario.toml`, read strictly into test cases.
//!
//! # Layout
//! - [`topology`]: every part and every address; [`document`]: a TOML file, read strictly
//! - [`scenario`]: a folder with a `scenario.toml`; [`variant`]: other settings for it; [`play`]: both together, which is what runs
//! - `file`: the TOML as it stands; [`load`]: checked against the topology, expectations parsed; [`mod@find`]: folders by name
//! - [`step`], [`background`], [`absent`], [`metric`], [`secret`]: what is done, and what must be seen
//! - [`expected_failure`]: how a planted fault must show
//! - `removal`: a variant whose trees are the scenario's, less the spans of a scope
//! - [`variables`]: the names of variables that parts read; [`behaviours`]: what the original bootcamp showed

pub mod absent;
pub mod background;
pub mod behaviours;
pub mod document;
pub mod expected_failure;
mod file;
pub mod find;
pub mod load;
pub mod metric;
mod placement;
pub mod play;
mod removal;
pub mod scenario;
pub mod secret;
pub mod step;
pub mod topology;
pub mod variables;
pub mod variant;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use absent::Absent;
pub use background::Background;
pub use expected_failure::ExpectedFailure;
pub use find::{FindError, all, find};
pub use metric::{Amount, Metric};
pub use play::Play;
pub use scenario::Scenario;
pub use secret::Secret;
pub use step::{Action, Check, Fate, Step};
pub use topology::Topology;
pub use variant::{Removes, Variant};

/// Part or `services` → variable → value.
pub type Environment = BTreeMap<String, BTreeMap<String, String>>;

/// Part → file name → text: what is in a part's state directory before it starts for the first time.
pub type Files = BTreeMap<String, BTreeMap<String, String>>;

/// Part → configuration files, in the order in which they are layered.
pub type Layers = BTreeMap<String, Vec<PathBuf>>;
