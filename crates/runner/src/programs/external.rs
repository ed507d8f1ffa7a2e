//! A program from outside this workspace: its names, the files that it must accept, and how it is built if it is missing.

/// A program from outside this workspace.
#[derive(Debug)]
pub(crate) struct External {
    /// Its name in messages.
    pub(crate) title: &'static str,
    /// Its possible names on PATH. The first one, which always exists, is its name in the cache.
    pub(crate) names: &'static [&'static str],
    /// The command-line clients beside it in the cache.
    pub(crate) clients: &'static [&'static str],
    /// The configuration files, below the lab's root, that a program on PATH must `validate`.
    pub(crate) accepts: &'static [&'static str],
    /// How it is built if it is missing.
    pub(crate) origin: Origin,
    /// Roughly how long that takes, in words.
    pub(crate) about: &'static str,
}

impl External {
    /// Its name in the cache.
    pub(crate) fn name(&self) -> &'static str {
        self.names[0]
    }
}

/// How a program is built.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin {
    /// Debian's packages are unpacked.
    Debian(DebianPackages),
    /// Go compiles it.
    Go(GoBuild),
}

/// The Debian packages of a program. The first has the program's name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DebianPackages {
    /// The packages with the program and its clients. Their dependencies are fetched as well.
    pub(crate) packages: &'static [&'static str],
    /// Arguments with which the program finds its files below `$root`: shell code after a space.
    pub(crate) script_arguments: &'static str,
}

/// A Go build with every module pinned. Folders are below the lab's root and contain a go.mod and a go.sum.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GoBuild {
    /// The version in messages.
    pub(crate) version: &'static str,
    /// The folder of the module that requires the package.
    pub(crate) module: &'static str,
    /// The package to compile.
    pub(crate) package: &'static str,
    /// The folder with a `builder.yaml`, if the package is the Collector Builder, which generates the sources of the program.
    pub(crate) distribution: Option<&'static str>,
}
