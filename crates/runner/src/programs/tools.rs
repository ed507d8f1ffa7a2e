//! Where each program of a run was found.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use scenario::topology::Role;

use super::external::External;
use super::program::Source;
use super::roles::for_role;

/// Every program that a run needs.
#[derive(Debug, Clone, Default)]
pub struct Tools {
    externals: Vec<(&'static External, PathBuf)>,
    services: BTreeMap<String, PathBuf>,
}

impl Tools {
    /// The programs that are not ours, in the order in which people are told of them, and the services by their names.
    #[must_use]
    pub fn new(externals: Vec<(&'static External, PathBuf)>, services: BTreeMap<String, PathBuf>) -> Self {
        Self { externals, services }
    }

    /// The program of a part, if it was asked for.
    #[must_use]
    pub fn program(&self, part: &str, role: Role) -> Option<&Path> {
        match for_role(role).source() {
            Source::Workspace => self.service(part),
            Source::External(external) => {
                self.externals.iter().find(|(known, _)| *known == external).map(|(_, program)| program.as_path())
            }
        }
    }

    /// A service of the workspace, if it was asked for.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&Path> {
        self.services.get(name).map(PathBuf::as_path)
    }

    /// Every program with its name.
    pub fn programs(&self) -> impl Iterator<Item = (String, &Path)> {
        let externals = self.externals.iter().map(|(external, program)| (external.title.to_owned(), program.as_path()));
        externals.chain(self.services.iter().map(|(name, program)| (name.clone(), program.as_path())))
    }

    /// Tools and services that were not searched for: all below one folder.
    #[cfg(test)]
    pub(crate) fn below(folder: &str, services: &[&str]) -> Self {
        let file = |name: &str| Path::new(folder).join(name);
        Self::new(
            super::roles::externals().map(|external| (external, file(external.name()))).collect(),
            services.iter().map(|name| ((*name).to_owned(), file(name))).collect(),
        )
    }

    /// The variables that tell other programs, such as tests, where the tools are: a PATH that begins with their folders.
    #[must_use]
    pub fn announced(&self) -> BTreeMap<String, String> {
        let before = std::env::var("PATH").unwrap_or_default();
        BTreeMap::from([("PATH".to_owned(), self.prepended_to(&before))])
    }

    fn prepended_to(&self, path: &str) -> String {
        let mut folders: Vec<PathBuf> =
            self.externals.iter().filter_map(|(_, program)| Some(program.parent()?.to_owned())).collect();
        folders.dedup();
        folders.extend(std::env::split_paths(path));
        // A folder with a colon in its name cannot be on a PATH at all.
        std::env::join_paths(folders)
            .ok()
            .and_then(|joined| joined.into_string().ok())
            .unwrap_or_else(|| path.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tools_stand_first_on_the_announced_path() {
        let tools = Tools::below("/cache", &["items"]);
        assert_eq!(tools.prepended_to("/usr/bin:/bin"), "/cache:/usr/bin:/bin");
        assert_eq!(tools.program("store", Role::Jaeger), Some(Path::new("/cache/jaeger")));
        assert_eq!(tools.program("items", Role::Service), Some(Path::new("/cache/items")));
        assert_eq!(tools.program("users", Role::Service), None);
    }
}
