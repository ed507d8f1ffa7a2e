//! The two files that define the lab, `topology.toml` and `scenario.toml`, read strictly into test cases.
//!
//! # Layout
//! - [`topology`]: every part and every address, with `part` and `topology_error`
//! - [`scenario`]: a folder with a `scenario.toml`; [`variant`]: other settings for it; [`case`]: both together, which is what runs
//! - [`settings`]: layers, variables and files; `case_environment`: the variables of every part; [`ScrapeTarget`]: what Prometheus
//!   scrapes
//! - [`step`], which has an [`action`] and a [`check`]; [`background`], [`absent`], [`metric`], [`secret`]: what must be seen besides
//! - [`expected_failure`]: how a planted fault must show
//! - `removal`: a variant whose trees are the scenario's, less the spans of a scope
//! - [`document`]: a TOML file; `table`: a table of it, read key by key; `renamed`: former keys; `names`: the names that a scenario may use; [`variables`]: the
//!   variables that parts read; [`mod@find`]: folders by name
//! - [`behaviours`]: what the original bootcamp showed

pub mod absent;
pub mod action;
pub mod background;
pub mod behaviours;
pub mod case;
mod case_environment;
pub mod check;
pub mod document;
pub mod expected_failure;
pub mod find;
pub mod metric;
mod names;
mod part;
mod placement;
mod removal;
mod renamed;
pub mod scenario;
mod scrape_target;
pub mod secret;
pub mod settings;
pub mod step;
mod table;
mod tail_sampling_outcome;
pub mod topology;
mod topology_error;
pub mod variables;
pub mod variant;

pub use absent::Absent;
pub use action::Action;
pub use background::Background;
pub use case::Case;
pub use check::Check;
pub use expected_failure::ExpectedFailure;
pub use find::{FindError, all, find};
pub use metric::{Amount, Metric};
pub use scenario::Scenario;
pub use scrape_target::ScrapeTarget;
pub use secret::Secret;
pub use settings::{Environment, Files, Layers};
pub use step::Step;
pub use tail_sampling_outcome::TailSamplingOutcome;
pub use topology::Topology;
pub use variant::{Removes, Variant};
