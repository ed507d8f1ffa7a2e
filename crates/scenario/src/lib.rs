//! The two files that define the lab, `topology.toml` and `scenario.toml`, read strictly into test cases.
//!
//! # Layout
//! - [`topology`]: every part and every address, with `part` and `topology_error`; [`ScrapeTarget`]: what Prometheus scrapes
//! - [`scenario`]: a folder with a `scenario.toml`; [`case`]: the scenario with one of its variants applied, which is what runs;
//!   `removal`: a variant that lacks the spans of a scope; [`mod@find`]: folders by name
//! - [`step`], which has an [`action`] and a [`check`]; [`background`], [`absent`], [`metric`], [`secret`]: what must be seen besides
//! - [`expected_failure`]: how a planted fault must show
//! - `settings`: layers, variables and files; `names`: the names that a scenario may use; [`variables`]: those that parts read
//! - [`document`]: a TOML file; `table`: a table of it, read key by key

pub mod absent;
pub mod action;
pub mod background;
pub mod case;
pub mod check;
pub mod document;
pub mod expected_failure;
pub mod find;
pub mod metric;
mod names;
mod part;
mod removal;
pub mod scenario;
mod scrape_target;
pub mod secret;
mod settings;
pub mod step;
mod table;
mod tail_sampling_outcome;
pub mod topology;
mod topology_error;
pub mod variables;

pub use absent::Absent;
pub use action::Action;
pub use background::Background;
pub use case::Case;
pub use check::Check;
pub use expected_failure::ExpectedFailure;
pub use find::{FindError, all, find};
pub use metric::{Amount, Metric};
pub use removal::Removes;
pub use scenario::Scenario;
pub use scrape_target::ScrapeTarget;
pub use secret::Secret;
pub use settings::{Environment, Files, Layers};
pub use step::Step;
pub use tail_sampling_outcome::TailSamplingOutcome;
pub use topology::Topology;
