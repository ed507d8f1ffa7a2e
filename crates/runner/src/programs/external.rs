//! A program that is not ours: its names, what it has to accept, and how it is made where it is missing.

/// A program that is not ours.
#[derive(Debug, PartialEq, Eq)]
pub struct External {
    /// What people call it.
    pub title: &'static str,
    /// The names under which it may stand on PATH; never empty.
    pub names: &'static [&'static str],
    /// The command-line clients that stand beside it in the cache.
    pub clients: &'static [&'static str],
    /// The configuration files, below the lab's root, that one on PATH must `validate`.
    pub accepts: &'static [&'static str],
    /// How it is made where it is missing.
    pub origin: Origin,
    /// Roughly how long that takes, in words.
    pub about: &'static str,
}

impl External {
    /// The name under which it stands in the cache.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.names[0]
    }

    /// Whether a program of that name is in the cache once this one has been made.
    #[must_use]
    pub fn brings(&self, name: &str) -> bool {
        self.name() == name || self.clients.contains(&name)
    }
}

/// How a program is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Debian's packages are unpacked.
    Debian(DebianPackages),
    /// Go compiles it.
    Go(GoBuild),
}

/// The packages of a program. The first bears its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DebianPackages {
    /// The packages that hold the program and its clients; what they depend on is fetched as well.
    pub packages: &'static [&'static str],
    /// What the program needs on its command line to find its files below `$root`, in the words of a shell, after a space.
    pub script_arguments: &'static str,
}

/// A build with every module pinned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoBuild {
    /// The version, for people.
    pub version: &'static str,
    /// The files below the lab's root that pin it: another content is another build.
    pub pins: &'static [&'static str],
    /// What is compiled.
    pub sources: GoSources,
}

/// What Go compiles. Folders are below the lab's root and hold a go.mod and a go.sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GoSources {
    /// A package that the module of a folder requires.
    Package {
        /// The folder.
        module: &'static str,
        /// The package.
        package: &'static str,
    },
    /// The sources that the Collector Builder generates from the `builder.yaml` of a folder.
    Generated {
        /// The folder of the builder's own module.
        builder: &'static str,
        /// The builder's package.
        package: &'static str,
        /// The folder with `builder.yaml`.
        distribution: &'static str,
    },
}
