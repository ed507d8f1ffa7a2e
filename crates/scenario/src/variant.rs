//! A variant: other settings under which a scenario runs as well.

use super::{Background, Environment, ExpectedFailure, Files, Layers, Metric, Step};

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
