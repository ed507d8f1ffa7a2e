//! The input of a setup.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use super::cache::Cache;
use super::progress::Progress;

/// The input of a setup.
pub struct SetupContext<'a> {
    /// The cache.
    pub cache: Cache,
    /// The lab's root: pins and configuration are below it.
    pub root: &'a Path,
    /// The program `lab` itself.
    pub lab: &'a Path,
    /// The run's name, by which the supervisor finds the processes of the setup.
    pub run_id: &'a str,
    /// The caller's whole environment: it configures Go, apt and cargo.
    pub environment: &'a BTreeMap<String, String>,
    /// Called with every report.
    pub progress: &'a (dyn Fn(Progress) + Sync),
}

impl fmt::Debug for SetupContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetupContext").field("cache", &self.cache).field("root", &self.root).finish_non_exhaustive()
    }
}

impl SetupContext<'_> {
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(super) fn path(&self) -> &str {
        self.variable("PATH").unwrap_or_default()
    }
}
