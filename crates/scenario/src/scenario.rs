//! A scenario as its folder defines it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::Spanned;

use crate::absent::Absent;
use crate::background::Background;
use crate::document::{Document, DocumentError};
use crate::metric::Metric;
use crate::names::{Names, layer_path};
use crate::placement;
use crate::removal::Unvaried;
use crate::renamed;
use crate::secret::Secret;
use crate::settings::{self, Environment, Files, Layers};
use crate::step::Step;
use crate::table::Table;
use crate::topology::Topology;
use crate::variables::Known;
use crate::variant::Variant;

/// Every key of a scenario file.
const KEYS: [&str; 13] = [
    "title",
    "summary",
    "export",
    "nodes",
    "layers",
    "environment",
    "files",
    "step",
    "background",
    "absent",
    "secret",
    "metric",
    "variant",
];

/// A scenario as its folder defines it, checked.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The folder's name up to the first `-`, which the commands accept.
    pub id: String,
    /// The folder.
    pub folder: PathBuf,
    /// What it is, in one line.
    pub title: String,
    /// What the scenario teaches, in one sentence.
    pub summary: String,
    /// The part to which the services export.
    pub export: String,
    /// Node → the parts that run on it.
    pub nodes: BTreeMap<String, Vec<String>>,
    /// Configuration files of collectors and Jaeger.
    pub layers: Layers,
    /// Environment of the services, and of single parts.
    pub environment: Environment,
    /// Files in the parts' state directories.
    pub files: Files,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// Trees of traces that may appear without a step.
    pub background: Vec<Background>,
    /// Spans that must not appear.
    pub absent: Vec<Absent>,
    /// Texts that no span may hold.
    pub secrets: Vec<Secret>,
    /// What Prometheus must show.
    pub metrics: Vec<Metric>,
    /// Other settings under which the scenario runs as well.
    pub variants: Vec<Variant>,
}

impl Scenario {
    /// Reads a scenario's folder.
    ///
    /// # Errors
    /// When the file says something unknown: the error names file, line and key.
    pub fn load(root: &Path, folder: &Path, topology: &Topology) -> Result<Self, DocumentError> {
        let document = Document::read(&folder.join("scenario.toml"))?;
        let mut table = Table::whole(&document)?;
        table.only(&KEYS, renamed::SCENARIO)?;
        let (title, summary) = (table.require("title")?, table.require("summary")?);
        let export = table.require("export")?;
        // First, because every other part must be one of these.
        let nodes: BTreeMap<String, Vec<Spanned<String>>> = table.require("nodes")?;
        let names = Names {
            document: &document,
            topology,
            root,
            folder,
            present: nodes.values().flatten().map(|part| part.get_ref().clone()).collect(),
            known: Known::new(document.text(), topology, |name| layer_path(root, folder, name)),
        };
        let mut scenario = Self {
            id: id(folder),
            folder: folder.to_owned(),
            title,
            summary,
            nodes: placed(&nodes, &names)?,
            export: names.export(&export)?,
            layers: settings::layers(&mut table, &names)?,
            environment: settings::environment(&mut table, &names)?,
            files: settings::files(&mut table, &names)?,
            steps: table.list("step", |table| Step::read(table, &names))?,
            background: table.list("background", |table| Background::read(table, &names))?,
            absent: table.list("absent", |table| Absent::read(table, &names))?,
            metrics: table.list("metric", |table| Metric::read(table, &names))?,
            secrets: Vec::new(),
            variants: Vec::new(),
        };
        scenario.variants = scenario.read_variants(&mut table, &names)?;
        // Last, because a step of a variant may plant the secret.
        let varied = scenario.variants.iter().flat_map(|variant| &variant.steps);
        let steps: Vec<&Step> = scenario.steps.iter().chain(varied).collect();
        scenario.secrets = table.list("secret", |table| Secret::read(table, &steps, &names))?;
        Ok(scenario)
    }

    /// A variant may be the scenario with something taken out, so the scenario's own steps are read before.
    fn read_variants(&self, table: &mut Table<'_>, names: &Names<'_>) -> Result<Vec<Variant>, DocumentError> {
        let own = Unvaried { steps: &self.steps, background: &self.background, metrics: &self.metrics };
        let mut variants = Vec::new();
        for table in table.tables("variant")? {
            variants.push(Variant::read(table, own, &variants, names)?);
        }
        Ok(variants)
    }

    /// Every part, each once, in the order of the file.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.nodes.values().flatten().map(String::as_str)
    }
}

/// The name of a scenario: its folder's, up to the first `-`.
pub(crate) fn id(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.split('-').next().unwrap_or_default().to_owned()
}

/// Node → parts, each of which the topology has, and each on one node.
fn placed(
    nodes: &BTreeMap<String, Vec<Spanned<String>>>,
    names: &Names<'_>,
) -> Result<BTreeMap<String, Vec<String>>, DocumentError> {
    if let Some((at, message)) = placement::complaint(nodes) {
        let at = at.or_else(|| names.document.text().find("[nodes]")).unwrap_or(0);
        return Err(names.wrong(at, message));
    }
    nodes.iter().map(|(node, parts)| Ok((node.clone(), names.parts(node, parts)?))).collect()
}
