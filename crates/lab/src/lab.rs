//! What every command needs: the root, the topology, the console and the folders.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cli::Options;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use scenario::topology::{TOPOLOGY_FILE, Topology};
use scenario::{Case, Scenario};

/// The lab as one command sees it.
#[derive(Debug)]
pub struct Lab {
    /// The folder that contains the scenarios and the collector files.
    pub root: PathBuf,
    /// Whether `--root` or `LAB_ROOT` names it.
    pub is_root_given: bool,
    /// Every part and every address.
    pub topology: Topology,
    /// Where text goes.
    pub console: Console,
}

impl Lab {
    /// Finds the root and reads the topology; `variable` reads the environment.
    ///
    /// # Errors
    /// When no root is found, or its topology is invalid.
    pub fn open(options: &Options, variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let root = match &options.root {
            Some(root) => root.clone(),
            None => root_around(&std::env::current_dir().context("cannot read the current folder")?)?,
        };
        let unusable = |error| Failure::new(Exit::Usage, format!("cannot open --root {}: {error}", root.display()));
        let root = root.canonicalize().map_err(unusable)?;
        let topology = Topology::load_located(&root, options.port_offset, &variable)?;
        let console = Console { json: options.json, verbose: options.verbose };
        Ok(Self { root, is_root_given: options.root.is_some(), topology, console })
    }

    /// The scenario with this name.
    ///
    /// # Errors
    /// When it is unknown, or its file is invalid.
    pub fn scenario(&self, name: &str) -> Result<Scenario> {
        Ok(scenario::find(&self.root, &self.topology, name)?)
    }

    /// A scenario with one of its variants.
    ///
    /// # Errors
    /// When the scenario or the variant is unknown.
    pub fn case(&self, name: &str, variant: Option<&str>) -> Result<Case> {
        let scenario = self.scenario(name)?;
        let Some(expected) = variant else {
            return Ok(scenario.plain);
        };
        let found = scenario.variants.iter().find(|case| case.variant.as_deref() == Some(expected));
        let case = found.cloned().ok_or_else(|| {
            let known: Vec<&str> = scenario.variants.iter().filter_map(|case| case.variant.as_deref()).collect();
            let (name, known) = (&scenario.id, known.join(", "));
            Failure::new(Exit::Usage, format!("unknown variant `{expected}` of {name}: expected one of {known}"))
        });
        Ok(case?)
    }

    /// The folder that contains the folders of runs.
    #[must_use]
    pub fn runs(&self) -> PathBuf {
        self.root.join("target/lab")
    }

    /// A path for text: relative to the current folder if it is below it.
    #[must_use]
    pub fn readable(&self, path: &Path) -> String {
        let here = std::env::current_dir().unwrap_or_default();
        path.strip_prefix(&here).unwrap_or(path).display().to_string()
    }

    /// The URLs of pages (part, port, path) whose part is in the case.
    pub fn urls<'a>(&self, case: &Case, pages: &[(&'a str, &str, &str)]) -> Vec<(&'a str, String)> {
        let pages = pages.iter().filter(|(part, ..)| case.has(part));
        pages.filter_map(|(part, port, path)| Some((*part, self.topology.url(part, port, path).ok()?))).collect()
    }
}

/// The nearest folder with a topology, from `start` upwards.
fn root_around(start: &Path) -> Result<PathBuf, Failure> {
    let found = start.ancestors().find(|folder| folder.join(TOPOLOGY_FILE).is_file());
    found.map(Path::to_owned).ok_or_else(|| {
        let start = start.display();
        Failure::new(Exit::Usage, format!("cannot find {TOPOLOGY_FILE} in {start} or above it: set --root or LAB_ROOT"))
    })
}
