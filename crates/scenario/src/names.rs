//! The names that a scenario may use: its parts, their ports and files. Every other name is an error with its line.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use toml::Spanned;
use trace_assert::Expectation;

use crate::document::{Document, Parsed};
use crate::topology::{Role, Topology};

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
    /// Part → configuration files, of the scenario and of each variant.
    pub(crate) layers: Vec<(String, Vec<String>)>,
}

impl Names<'_> {
    /// Parts that take part.
    pub(crate) fn parts(&self, key: &str, parts: &[Spanned<String>]) -> Parsed<Vec<String>> {
        parts.iter().map(|part| self.part(key, part)).collect()
    }

    /// A part that takes part.
    pub(crate) fn part(&self, key: &str, part: &Spanned<String>) -> Parsed<String> {
        self.topology.part(part.get_ref()).map_err(|error| self.document.invalid(key, part, error))?;
        self.present(part.get_ref()).map_err(|problem| self.document.invalid(key, part, problem))?;
        Ok(part.get_ref().clone())
    }

    /// A port of a part that takes part.
    pub(crate) fn port(&self, part: &str, port: &str) -> Result<(), String> {
        self.topology.port(part, port).map_err(|error| error.to_string())?;
        self.present(part)
    }

    fn present(&self, part: &str) -> Result<(), String> {
        if self.present.contains(part) {
            return Ok(());
        }
        let present: Vec<&str> = self.present.iter().map(String::as_str).collect();
        Err(format!("part `{part}` runs on no node ([nodes] has: {})", present.join(", ")))
    }

    /// A part with files: only these have a state directory of their own wherever they run.
    pub(crate) fn part_with_files(&self, key: &str, part: &Spanned<String>) -> Parsed<String> {
        let name = self.part(key, part)?;
        if self.topology.part(&name).is_ok_and(|part| matches!(part.role, Role::Collector | Role::Jaeger)) {
            return Ok(name);
        }
        let problem = format!("part `{name}` cannot have files: only a Collector and Jaeger read files of a scenario");
        Err(self.document.invalid(key, part, problem))
    }

    /// A file is directly in the state directory.
    pub(crate) fn file(&self, key: &str, name: &Spanned<String>) -> Parsed<String> {
        let plain = name.get_ref().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if plain && !name.get_ref().starts_with('.') && !name.get_ref().is_empty() {
            return Ok(name.get_ref().clone());
        }
        let expected = "expected letters, digits, `-`, `_` and `.`, and no `.` at the beginning";
        Err(self.document.invalid(key, name, format!("invalid file name `{}`: {expected}", name.get_ref())))
    }

    /// `agent.yaml` is a file in `collector/`, `./mine.yaml` a file in the scenario's folder.
    pub(crate) fn layer(&self, name: &str) -> PathBuf {
        name.strip_prefix("./").map_or_else(|| self.root.join("collector").join(name), |own| self.folder.join(own))
    }

    /// The files of a part, in any variant.
    pub(crate) fn layers(&self, part: &str) -> Vec<PathBuf> {
        let files = self.layers.iter().filter(|(known, _)| known == part).flat_map(|(_, files)| files);
        let layers: Vec<PathBuf> = files.map(|file| self.layer(file)).collect();
        if layers.is_empty() { vec![self.layer(&format!("{part}.yaml"))] } else { layers }
    }

    /// A tree. An error in it has its own line in the file.
    pub(crate) fn tree(&self, key: &str, tree: &Spanned<String>) -> Parsed<Expectation> {
        tree.get_ref().parse().map_err(|error: trace_assert::ParseError| {
            let line = self.document.line_of(tree.span().start) + error.line;
            self.document.invalid_in_line(line, format!("`{key}`: {error}"))
        })
    }
}
