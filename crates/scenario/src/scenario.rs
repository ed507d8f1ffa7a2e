//! A scenario as its folder defines it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Absent, Background, Environment, Files, Layers, Metric, Secret, Step, Variant};

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
