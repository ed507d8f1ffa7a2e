//! Where each program of a run was found.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use scenario::topology::Role;

use super::roles::{externals, for_role};

/// The path of every program that a run needs.
#[derive(Debug, Clone, Default)]
pub struct Tools {
    /// By the name in the cache, wherever the program is.
    pub(crate) externals: BTreeMap<&'static str, PathBuf>,
    pub(crate) services: BTreeMap<String, PathBuf>,
}

impl Tools {
    /// The program of a part, if it was set up.
    #[must_use]
    pub fn program(&self, part: &str, role: Role) -> Option<&Path> {
        let program = match &for_role(role).external {
            None => self.services.get(part),
            Some(external) => self.externals.get(external.name()),
        };
        program.map(PathBuf::as_path)
    }

    /// Every program with its name in messages.
    pub fn programs(&self) -> impl Iterator<Item = (&str, &Path)> {
        let externals =
            externals().filter_map(|known| Some((known.title, self.externals.get(known.name())?.as_path())));
        externals.chain(self.services.iter().map(|(name, program)| (name.as_str(), program.as_path())))
    }

    /// A PATH that begins with the folders of the external programs, so that for example tests find them.
    #[must_use]
    pub fn search_path(&self) -> String {
        self.prepended_to(&std::env::var("PATH").unwrap_or_default())
    }

    fn prepended_to(&self, path: &str) -> String {
        let folders = self.externals.values().filter_map(|program| program.parent()?.to_str());
        let mut folders: Vec<&str> = folders.chain(Some(path).filter(|path| !path.is_empty())).collect();
        folders.dedup();
        folders.join(":")
    }

    /// Tools and services that were not searched for: all below one folder.
    #[cfg(test)]
    pub(crate) fn below(folder: &str, services: &[&str]) -> Self {
        let file = |name: &str| Path::new(folder).join(name);
        Self {
            externals: externals().map(|external| (external.name(), file(external.name()))).collect(),
            services: services.iter().map(|name| ((*name).to_owned(), file(name))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tools_are_first_on_the_search_path() {
        let tools = Tools::below("/cache", &["items"]);
        assert_eq!(tools.prepended_to("/usr/bin:/bin"), "/cache:/usr/bin:/bin");
        assert_eq!(tools.program("store", Role::Jaeger), Some(Path::new("/cache/jaeger")));
        assert_eq!(tools.program("items", Role::Service), Some(Path::new("/cache/items")));
        assert_eq!(tools.program("users", Role::Service), None);
    }
}
