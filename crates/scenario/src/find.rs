//! Which folders are scenarios, and which one a name means.

use std::path::{Path, PathBuf};

use crate::document::DocumentError;
use crate::scenario::{Scenario, id};
use crate::topology::Topology;

/// The folder of the scenarios, below the lab's root.
pub const SCENARIOS: &str = "vm-tests";

/// Why a scenario was not found.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// No folder has that name.
    #[error("unknown scenario `{name}`: expected one of {known}")]
    Unknown {
        /// The name that was given.
        name: String,
        /// The scenarios that exist.
        known: String,
    },
    /// Two folders have the same name up to the first `-`.
    #[error("two scenarios are called `{name}`: {} and {}; rename one of the folders", first.display(), second.display())]
    Ambiguous {
        /// The name.
        name: String,
        /// One folder.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// The folder of scenarios cannot be read.
    #[error("cannot read the scenarios in {} (--root or LAB_ROOT must name a checkout of the lab)", folder.display())]
    Unreadable {
        /// The folder.
        folder: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// A scenario file is not valid.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

/// Every scenario below the root, by name.
///
/// # Errors
/// When the folder cannot be read, or a scenario file is not valid.
pub fn all(root: &Path, topology: &Topology) -> Result<Vec<Scenario>, FindError> {
    folders(root)?.iter().map(|folder| Ok(Scenario::load(root, folder, topology)?)).collect()
}

/// The scenario of that name: `scenario3`, or `3`.
///
/// # Errors
/// When no scenario has that name, or its file is not valid.
pub fn find(root: &Path, topology: &Topology, name: &str) -> Result<Scenario, FindError> {
    let folders = folders(root)?;
    let is_named = |folder: &&PathBuf| id(folder) == name || id(folder) == format!("scenario{name}");
    match folders.iter().find(is_named) {
        Some(folder) => Ok(Scenario::load(root, folder, topology)?),
        None => Err(FindError::Unknown {
            name: name.to_owned(),
            known: folders.iter().map(|folder| id(folder)).collect::<Vec<_>>().join(", "),
        }),
    }
}

fn folders(root: &Path) -> Result<Vec<PathBuf>, FindError> {
    let folder = root.join(SCENARIOS);
    let unreadable = |source| FindError::Unreadable { folder: folder.clone(), source };
    let entries = std::fs::read_dir(&folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
    let mut folders: Vec<PathBuf> = entries.map_err(unreadable)?.iter().map(std::fs::DirEntry::path).collect();
    folders.retain(|folder| folder.join("scenario.toml").is_file());
    folders.sort();
    match folders.windows(2).find(|pair| id(&pair[0]) == id(&pair[1])) {
        None => Ok(folders),
        Some(pair) => Err(FindError::Ambiguous { name: id(&pair[0]), first: pair[0].clone(), second: pair[1].clone() }),
    }
}
