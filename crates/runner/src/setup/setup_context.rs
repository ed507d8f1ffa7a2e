//! What setting up is given: where things are, and whom to tell.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use super::cache::Cache;
use super::progress::Progress;

/// Where things are, and whom to tell.
pub struct SetupContext<'a> {
    /// The cache.
    pub cache: Cache,
    /// The lab's root: pins and configuration are below it.
    pub root: &'a Path,
    /// The program `lab` itself.
    pub lab: &'a Path,
    /// The run's name, by which the supervisor finds what is started here.
    pub run_id: &'a str,
    /// The caller's environment, whole: Go, apt and cargo are configured by it.
    pub environment: &'a BTreeMap<String, String>,
    /// Told what happens.
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
