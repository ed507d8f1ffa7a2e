//! What the arguments of one part are made of.

use std::path::{Path, PathBuf};

use scenario::topology::{Topology, UnknownAddress};

/// One part of a run, and the run around it.
#[derive(Debug, Clone, Copy)]
pub struct PartContext<'a> {
    /// The part's name in the topology.
    pub name: &'a str,
    /// The addresses, with the offset applied.
    pub topology: &'a Topology,
    /// The lab's root, where collector files are.
    pub root: &'a Path,
    /// The run's folder, for generated files.
    pub dir: &'a Path,
    /// The part's state directory.
    pub state: &'a Path,
    /// The parts of the run.
    pub parts: &'a [String],
    /// The part's own collector files, below the root; without them it has `collector/<part>.yaml`.
    pub layers: Option<&'a [PathBuf]>,
}

/// Why there are no arguments for a part.
#[derive(Debug, thiserror::Error)]
pub enum ArgumentsError {
    /// A part or port is unknown.
    #[error(transparent)]
    Address(#[from] UnknownAddress),
    /// A generated file cannot be written.
    #[error("{}: {source}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl PartContext<'_> {
    /// The address that the part binds.
    pub(super) fn listen(&self) -> String {
        self.topology.environment().remove("LAB_LISTEN").unwrap_or_default()
    }

    /// The arguments of the Collector's command line, which Jaeger shares: its files, then what the topology adds.
    pub(super) fn config_arguments(&self) -> Result<Vec<String>, ArgumentsError> {
        let own = [PathBuf::from(format!("collector/{}.yaml", self.name))];
        let files = self.layers.unwrap_or(&own).iter().map(|file| self.root.join(file));
        let layers = files.flat_map(|file| ["--config".to_owned(), format!("file:{}", file.display())]);
        Ok(layers.chain(self.topology.part(self.name)?.arguments.clone()).collect())
    }
}
