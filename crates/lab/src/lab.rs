//! What every command needs: the root, the topology, the console and the folders.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::cli::Options;
use crate::exit::{Exit, Failure};
use crate::report::Console;
use scenario::topology::{TOPOLOGY_FILE, Topology};
use scenario::{self, Case, Scenario};

/// The lab as one command sees it.
#[derive(Debug)]
pub struct Lab {
    /// Where scenarios and collector files are.
    pub root: PathBuf,
    /// The same, if it was given.
    pub given_root: Option<PathBuf>,
    /// Every address.
    pub topology: Topology,
    /// Where text goes.
    pub console: Console,
    /// How often `-v` was asked for.
    pub verbose: bool,
}

impl Lab {
    /// Finds the root and reads the topology; `variable` reads the environment.
    ///
    /// # Errors
    /// When there is no lab around, or its topology is wrong.
    pub fn open(options: &Options, variable: impl Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let root = match &options.root {
            Some(root) => root.clone(),
            None => root_around(&std::env::current_dir()?)?,
        };
        let root = root.canonicalize().with_context(|| format!("--root {}", root.display()));
        let root = root.map_err(|error| Failure::new(Exit::Usage, error))?;
        let topology = Topology::load_located(&root, options.port_offset, &variable)?;
        let console = Console::new(options.json, options.verbose, variable("NO_COLOR").as_deref());
        let given_root = options.root.is_some().then(|| root.clone());
        Ok(Self { root, given_root, topology, console, verbose: options.verbose })
    }

    /// The scenario of that name.
    ///
    /// # Errors
    /// When there is none, or its file is wrong.
    pub fn scenario(&self, name: &str) -> Result<Scenario, Failure> {
        Ok(scenario::find(&self.root, &self.topology, name)?)
    }

    /// The case of a scenario's name and a variant.
    ///
    /// # Errors
    /// When there is no such scenario or variant.
    pub fn play(&self, name: &str, variant: Option<&str>) -> Result<Case, Failure> {
        let scenario = self.scenario(name)?;
        let Some(wanted) = variant else {
            return Ok(scenario.plain);
        };
        let found = scenario.variants.iter().find(|case| case.variant.as_deref() == Some(wanted));
        found.cloned().ok_or_else(|| {
            let known: Vec<&str> = scenario.variants.iter().filter_map(|case| case.variant.as_deref()).collect();
            let file = scenario.folder.join("scenario.toml");
            let error = anyhow::anyhow!("unknown variant `{wanted}` ({} has: {})", file.display(), known.join(", "));
            Failure::new(Exit::Usage, error)
        })
    }

    /// Where the folders of runs are.
    #[must_use]
    pub fn runs(&self) -> PathBuf {
        self.root.join("target/lab")
    }

    /// A path as people like to read it: relative to where they are, if that is shorter.
    #[must_use]
    pub fn readable(&self, path: &Path) -> String {
        let here = std::env::current_dir().unwrap_or_default();
        path.strip_prefix(&here).unwrap_or(path).display().to_string()
    }
}

/// The nearest folder, upwards, with a topology.
fn root_around(start: &Path) -> Result<PathBuf, Failure> {
    let found = start.ancestors().find(|folder| folder.join(TOPOLOGY_FILE).is_file());
    found.map(Path::to_owned).ok_or_else(|| {
        let error = anyhow::anyhow!("no {TOPOLOGY_FILE} in {} or above: give --root or LAB_ROOT", start.display());
        Failure::new(Exit::Usage, error)
    })
}
