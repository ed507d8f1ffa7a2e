//! The programs of the lab, and where each was found.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// A program that is not ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tool {
    /// Redis.
    Redis,
    /// Prometheus.
    Prometheus,
    /// The OpenTelemetry Collector.
    Collector,
    /// Jaeger.
    Jaeger,
}

impl Tool {
    /// Every tool.
    pub const ALL: [Self; 4] = [Self::Redis, Self::Prometheus, Self::Collector, Self::Jaeger];

    /// The names under which it may stand on PATH, the first also that of our own build.
    #[must_use]
    pub fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Redis => &["redis-server"],
            Self::Prometheus => &["prometheus"],
            Self::Collector => &["otelcol-lab", "otelcol-contrib", "otelcol"],
            Self::Jaeger => &["jaeger"],
        }
    }

    /// The command-line clients that stand beside the program in the lab's cache.
    #[must_use]
    pub fn clients(self) -> &'static [&'static str] {
        match self {
            Self::Redis => &["redis-cli"],
            Self::Prometheus => &["promtool"],
            Self::Collector | Self::Jaeger => &[],
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Redis => "Redis",
            Self::Prometheus => "Prometheus",
            Self::Collector => "OpenTelemetry Collector",
            Self::Jaeger => "Jaeger",
        })
    }
}

/// Every program that a run needs.
#[derive(Debug, Clone, Default)]
pub struct Tools {
    pub(super) tools: BTreeMap<Tool, PathBuf>,
    pub(super) services: BTreeMap<String, PathBuf>,
}

impl Tools {
    /// A tool, if it was asked for.
    #[must_use]
    pub fn get(&self, tool: Tool) -> Option<&Path> {
        self.tools.get(&tool).map(PathBuf::as_path)
    }

    /// A service of the workspace, if it was asked for.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&Path> {
        self.services.get(name).map(PathBuf::as_path)
    }

    /// Every program with its name.
    pub fn programs(&self) -> impl Iterator<Item = (String, &Path)> {
        let tools = self.tools.iter().map(|(tool, program)| (tool.to_string(), program.as_path()));
        tools.chain(self.services.iter().map(|(name, program)| (name.clone(), program.as_path())))
    }

    /// Tools and services that nobody has looked for: all below one folder.
    #[cfg(test)]
    pub(crate) fn below(folder: &str, services: &[&str]) -> Self {
        let file = |name: &str| Path::new(folder).join(name);
        Self {
            tools: Tool::ALL.map(|tool| (tool, file(tool.programs()[0]))).into(),
            services: services.iter().map(|name| ((*name).to_owned(), file(name))).collect(),
        }
    }

    /// The variables that tell other programs, such as tests, where the tools are: a PATH that begins with their folders.
    #[must_use]
    pub fn announced(&self) -> BTreeMap<String, String> {
        let before = std::env::var("PATH").unwrap_or_default();
        BTreeMap::from([("PATH".to_owned(), self.prepended_to(&before))])
    }

    fn prepended_to(&self, path: &str) -> String {
        let mut folders: Vec<PathBuf> =
            self.tools.values().filter_map(|program| Some(program.parent()?.to_owned())).collect();
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
        let program = |file: &str| PathBuf::from(file);
        let tools = Tools {
            tools: [
                (Tool::Redis, program("/cache/redis/bin/redis-server")),
                (Tool::Jaeger, program("/cache/jaeger/jaeger")),
            ]
            .into(),
            services: BTreeMap::new(),
        };
        assert_eq!(tools.prepended_to("/usr/bin:/bin"), "/cache/redis/bin:/cache/jaeger:/usr/bin:/bin");
    }
}
