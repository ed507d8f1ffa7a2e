//! The names that a scenario may use: its parts, their ports, files and variables. Everything else is an error with its line.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use toml::Spanned;
use trace_assert::Expectation;

use crate::document::{Document, DocumentError};
use crate::topology::{Role, Topology};
use crate::variables::Known;

/// What the reader of one scenario file checks names against.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    pub(crate) document: &'a Document,
    pub(crate) topology: &'a Topology,
    /// The lab's root.
    pub(crate) root: &'a Path,
    /// The scenario's folder.
    pub(crate) folder: &'a Path,
    /// The parts of `[nodes]`: no other takes part.
    pub(crate) present: BTreeSet<String>,
    /// The variables that they read.
    pub(crate) known: Known<'a>,
}

/// `agent.yaml` is one of `collector/`, `./mine.yaml` the scenario's own, in its folder.
pub(crate) fn layer_path(root: &Path, folder: &Path, name: &str) -> PathBuf {
    name.strip_prefix("./").map_or_else(|| root.join("collector").join(name), |own| folder.join(own))
}

impl Names<'_> {
    /// An error at a byte of the file.
    pub(crate) fn wrong(&self, at: usize, message: String) -> DocumentError {
        self.document.wrong(at, message)
    }

    /// Parts that take part.
    pub(crate) fn parts(&self, key: &str, parts: &[Spanned<String>]) -> Result<Vec<String>, DocumentError> {
        parts.iter().map(|part| self.part(key, part)).collect()
    }

    /// A part that takes part.
    pub(crate) fn part(&self, key: &str, part: &Spanned<String>) -> Result<String, DocumentError> {
        let wrong = |message: &dyn Display| self.wrong(part.span().start, format!("`{key}`: {message}"));
        self.topology.part(part.get_ref()).map_err(|error| wrong(&error))?;
        self.takes_part(part.get_ref()).map_err(|error| wrong(&error))?;
        Ok(part.get_ref().clone())
    }

    /// Refuses a part that runs on no node.
    pub(crate) fn takes_part(&self, part: &str) -> Result<(), String> {
        let present = || self.present.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let known = self.present.contains(part);
        known
            .then_some(())
            .ok_or_else(|| format!("part `{part}` runs on no node (those of [nodes] are: {})", present()))
    }

    /// Where the services export to has to take OTLP over HTTP.
    pub(crate) fn export(&self, part: &Spanned<String>) -> Result<String, DocumentError> {
        let name = self.part("export", part)?;
        let port = self.topology.port(&name, "otlp_http");
        port.map_err(|error| self.wrong(part.span().start, format!("`export`: {error}")))?;
        Ok(name)
    }

    /// A part with files: only these have a state directory of their own wherever they run.
    pub(crate) fn with_files(&self, key: &str, part: &Spanned<String>) -> Result<String, DocumentError> {
        let name = self.part(key, part)?;
        let role = self.topology.part(&name).map(|part| part.role);
        if matches!(role, Ok(Role::Collector | Role::Jaeger)) {
            return Ok(name);
        }
        Err(self.wrong(part.span().start, format!("`{key}`: `{name}` is neither a collector nor Jaeger")))
    }

    /// A file is directly in the state directory, and nowhere else.
    pub(crate) fn file_name(&self, name: &Spanned<String>) -> Result<String, DocumentError> {
        let plain = name.get_ref().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if plain && !name.get_ref().starts_with('.') && !name.get_ref().is_empty() {
            return Ok(name.get_ref().clone());
        }
        let message = format!("`{}` is not the name of a file in a part's state directory", name.get_ref());
        Err(self.wrong(name.span().start, message))
    }

    /// An expectation; a mistake in it is said with its own line in the file.
    pub(crate) fn tree(&self, key: &str, tree: &Spanned<String>) -> Result<Expectation, DocumentError> {
        tree.get_ref().parse().map_err(|error: trace_assert::ParseError| {
            let line = self.document.line_of(tree.span().start) + error.line;
            self.document.wrong_in_line(line, format!("`{key}`: {error}"))
        })
    }
}
