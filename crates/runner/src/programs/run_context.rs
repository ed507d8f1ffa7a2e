//! One run: its parts, their addresses, and what the scenario sets for them.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use scenario::topology::{Topology, UnknownAddress};

/// One run, from which a plan is made.
#[derive(Debug, Clone, Copy)]
pub struct RunContext<'a> {
    /// The run's name.
    pub run_id: &'a str,
    /// The run's folder, which exists; every run has its own.
    pub dir: &'a Path,
    /// The lab's root, which contains the collector files.
    pub root: &'a Path,
    /// The addresses, with the offset applied.
    pub topology: &'a Topology,
    /// The parts to start. Collectors stop in this order, so list a sender before its receiver.
    pub parts: &'a [String],
    /// Collector files by part, below the root. The default is `collector/<part>.yaml`.
    pub layers: &'a BTreeMap<String, Vec<PathBuf>>,
    /// Files in the state directory of each part, by name.
    pub files: &'a BTreeMap<String, BTreeMap<String, String>>,
    /// Variables of each part. They take precedence over all others.
    pub environment: &'a BTreeMap<String, BTreeMap<String, String>>,
}

/// Why a run cannot be planned.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A part or port is unknown.
    #[error(transparent)]
    Address(#[from] UnknownAddress),
    /// The program of a part was not set up.
    #[error("no program was set up for part `{0}`")]
    Program(String),
    /// A generated file cannot be written.
    #[error("cannot write {}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

impl RunContext<'_> {
    /// The arguments of the Collector's command line, which Jaeger shares: configuration files, then those of the topology.
    pub(super) fn collector_arguments(&self, part: &str) -> Result<Vec<String>, PlanError> {
        let default = [PathBuf::from(format!("collector/{part}.yaml"))];
        let files = self.layers.get(part).map_or(&default[..], Vec::as_slice).iter().map(|file| self.root.join(file));
        let layers = files.flat_map(|file| ["--config".to_owned(), format!("file:{}", file.display())]);
        Ok(layers.chain(self.topology.part(part)?.arguments.clone()).collect())
    }
}

/// The state directory of a part, in the folder of its run.
pub(crate) fn state_directory(dir: &Path, part: &str) -> PathBuf {
    dir.join("state").join(part)
}
