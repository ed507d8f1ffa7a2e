//! A scenario as its folder defines it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use toml::Spanned;

use crate::absent::Absent;
use crate::case::Case;
use crate::document::{Document, DocumentError, Parsed};
use crate::names::Names;
use crate::secret::Secret;
use crate::step::Step;
use crate::table::Table;
use crate::topology::Topology;

/// The node on which `lab check` runs in a VM test (`vm-tests/check.nix`).
const CHECKING: &str = "app";

/// A scenario as its folder defines it, checked.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The folder's name up to the first `-`, which the commands accept.
    pub id: String,
    /// The folder.
    pub folder: PathBuf,
    /// What the scenario teaches, in one sentence.
    pub summary: String,
    /// Node → the parts that run on it.
    pub nodes: BTreeMap<String, Vec<String>>,
    /// The scenario without a variant.
    pub plain: Case,
    /// Other settings under which the scenario runs as well, in the order of the file.
    pub variants: Vec<Case>,
}

impl Scenario {
    /// Reads a scenario's folder.
    ///
    /// # Errors
    /// When the file cannot be read, or a key or a value in it is not valid: the error names file, line and key.
    pub fn load(root: &Path, folder: &Path, topology: &Topology) -> Result<Self, DocumentError> {
        let document = Document::read(&folder.join("scenario.toml"))?;
        let names = Names { document: &document, topology, root, folder, present: BTreeSet::new(), layers: Vec::new() };
        Table::whole(&document)?.read(|table| Self::read(table, names))
    }

    fn read(table: &mut Table<'_>, mut names: Names<'_>) -> Parsed<Self> {
        let (title, summary) = (table.require("title")?, table.require("summary")?);
        let export: Spanned<String> = table.require("export")?;
        let nodes: Nodes = table.require("nodes")?;
        let [variants, absent, secrets] = [table.tables("variant")?, table.tables("absent")?, table.tables("secret")?];
        // Every other part must be one of these.
        names.present = nodes.get_ref().values().flatten().map(|part| part.get_ref().clone()).collect();
        // A part may read a variable in any variant.
        let layers = std::iter::once(&*table).chain(&variants).filter_map(|table| table.peek("layers"));
        names.layers = layers.flat_map(|layers: BTreeMap<_, _>| layers).collect();
        let nodes = placed(&nodes, &names)?;
        let parts = nodes.values().flatten().cloned().collect();
        let mut plain = Case { scenario: id(names.folder), title, parts, ..Case::default() };
        plain.export = names.part("export", &export)?;
        // The services export with OTLP over HTTP.
        names.port(&plain.export, "otlp_http").map_err(|problem| names.document.invalid("export", &export, problem))?;
        plain.read_settings(table, &names)?;
        plain.absent = Table::read_all(absent, |table| Absent::read(table, &names))?;
        let mut scenario =
            Self { id: id(names.folder), folder: names.folder.to_owned(), summary, nodes, plain, variants: Vec::new() };
        for variant in variants {
            let variant = variant.read(|table| scenario.plain.read_variant(table, &scenario.variants, &names))?;
            scenario.variants.push(variant);
        }
        // Last, because a step of a variant may plant the secret.
        let steps: Vec<&Step> = scenario.all_cases().flat_map(|case| &case.steps).collect();
        let secrets = Table::read_all(secrets, |table| Secret::read(table, &steps, &names))?;
        for case in scenario.variants.iter_mut().chain([&mut scenario.plain]) {
            case.secrets.clone_from(&secrets);
        }
        Ok(scenario)
    }

    /// The scenario without a variant, and every variant.
    fn all_cases(&self) -> impl Iterator<Item = &Case> {
        std::iter::once(&self.plain).chain(&self.variants)
    }

    /// What one `lab run` runs: the scenario without a variant, and every healthy variant.
    #[must_use]
    pub fn cases(&self) -> Vec<Case> {
        self.all_cases().filter(|case| case.expected_failure.is_none()).cloned().collect()
    }

    /// The cases with a planted fault, which must fail.
    #[must_use]
    pub fn planted_faults(&self) -> Vec<Case> {
        self.all_cases().filter(|case| case.expected_failure.is_some()).cloned().collect()
    }
}

/// The name of a scenario: its folder's, up to the first `-`.
pub(crate) fn id(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.split('-').next().unwrap_or_default().to_owned()
}

type Nodes = Spanned<BTreeMap<String, Vec<Spanned<String>>>>;

/// Node → parts, each of which the topology has, and each on one node.
fn placed(nodes: &Nodes, names: &Names<'_>) -> Parsed<BTreeMap<String, Vec<String>>> {
    if !nodes.get_ref().contains_key(CHECKING) {
        let problem = format!("expected a node called `{CHECKING}`, on which `lab check` runs");
        return Err(names.document.invalid("nodes", nodes, problem));
    }
    let mut placed = BTreeSet::new();
    if let Some(twice) = nodes.get_ref().values().flatten().find(|part| !placed.insert(part.get_ref())) {
        return Err(names.document.invalid("nodes", twice, format!("part `{}` runs on two nodes", twice.get_ref())));
    }
    nodes.get_ref().iter().map(|(node, parts)| Ok((node.clone(), names.parts(node, parts)?))).collect()
}
