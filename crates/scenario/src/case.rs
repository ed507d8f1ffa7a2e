//! A case: a scenario with one of its variants applied, which is what runs.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use toml::Spanned;

use crate::absent::Absent;
use crate::background::Background;
use crate::document::Parsed;
use crate::expected_failure::ExpectedFailure;
use crate::metric::Metric;
use crate::names::Names;
use crate::removal::Removes;
use crate::secret::Secret;
use crate::settings::{self, Environment, Files, Layers};
use crate::step::Step;
use crate::table::Table;
use crate::topology::{Role, SERVICES, Topology, UnknownAddress};

/// What runs: the scenario's own settings with those of a variant over them.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// The scenario's id.
    pub scenario: String,
    /// The name for `--variant`, if it is a variant.
    pub variant: Option<String>,
    /// The title of the scenario, or the caption of the variant.
    pub title: String,
    /// The part to which the services export.
    pub export: String,
    /// Every part.
    pub parts: Vec<String>,
    /// Configuration files of collectors and Jaeger.
    pub layers: Layers,
    /// Environment of the services, and of single parts.
    pub environment: Environment,
    /// Files in the parts' state directories.
    pub files: Files,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// Traces that may be stored without a step.
    pub background: Vec<Background>,
    /// Spans that must not be stored.
    pub absent: Vec<Absent>,
    /// Texts that no span may hold.
    pub secrets: Vec<Secret>,
    /// What Prometheus must show.
    pub metrics: Vec<Metric>,
    /// What its traces lack, compared with those of the scenario without a variant.
    pub removes: Option<Removes>,
    /// How it must fail, when a fault is planted.
    pub expected_failure: Option<ExpectedFailure>,
}

impl Case {
    /// Reads what a scenario and a variant may both set, over what the case has already.
    pub(crate) fn read_settings(&mut self, table: &mut Table<'_>, names: &Names<'_>) -> Parsed<()> {
        let layers = table.take_or_default("layers")?;
        let (environment, files) = (table.take_or_default("environment")?, table.take_or_default("files")?);
        let [steps, background, metrics] =
            [table.tables("step")?, table.tables("background")?, table.tables("metric")?];
        table.reject_unread()?;
        self.layers.extend(settings::layers(layers, names)?);
        merge(&mut self.environment, settings::environment(environment, names)?);
        merge(&mut self.files, settings::files(files, names)?);
        let steps = Table::read_all(steps, |table| Step::read(table, names))?;
        let background = Table::read_all(background, |table| Background::read(table, names))?;
        let metrics = Table::read_all(metrics, Metric::read)?;
        // A variant that has no steps runs those of the scenario.
        if self.steps.is_empty() || !steps.is_empty() {
            (self.steps, self.background, self.metrics) = (steps, background, metrics);
        }
        Ok(())
    }

    /// Reads one `[[variant]]` of the scenario without a variant; `others` are those before it.
    pub(crate) fn read_variant(&self, table: &mut Table<'_>, others: &[Self], names: &Names<'_>) -> Parsed<Self> {
        let name: Spanned<String> = table.require("name")?;
        if others.iter().any(|other| other.variant.as_ref() == Some(name.get_ref())) {
            return Err(names.document.invalid("name", &name, format!("two variants are called `{}`", name.get_ref())));
        }
        let removes = table.table("removes", Removes::read)?;
        let has_own_steps = ["step", "background", "metric"].iter().any(|key| table.peek::<IgnoredAny>(key).is_some());
        if let Some((_, scope)) = removes.as_ref().filter(|_| has_own_steps) {
            let problem = "`removes` is for the steps of the scenario: remove `step`, `background` and `metric`";
            return Err(names.document.invalid("scope", scope, problem));
        }
        for key in ["background", "metric"].into_iter().filter(|_| table.peek::<IgnoredAny>("step").is_none()) {
            if let Some(place) = table.peek::<Spanned<IgnoredAny>>(key) {
                let problem =
                    "a variant without `[[variant.step]]` keeps those of the scenario: add its steps, or remove this";
                return Err(names.document.invalid(key, &place, problem));
            }
        }
        let mut case = Self {
            variant: Some(name.into_inner()),
            title: table.require("caption")?,
            expected_failure: table.table("expect_failure", |table| ExpectedFailure::read(table, names))?,
            ..self.clone()
        };
        case.read_settings(table, names)?;
        if let Some((removes, scope)) = removes {
            let removed = removes.apply(&mut case.steps, &mut case.background);
            removed.map_err(|problem| names.document.invalid("scope", &scope, problem))?;
            case.removes = Some(removes);
        }
        Ok(case)
    }

    /// The arguments of `lab run` for it: `scenario2` or `scenario2 --variant link`.
    #[must_use]
    pub fn command(&self) -> String {
        self.joined(" --variant ")
    }

    /// What Nix calls it: `scenario2` or `scenario2-link`.
    #[must_use]
    pub fn name(&self) -> String {
        self.joined("-")
    }

    /// The scenario and its variant, if it is one.
    fn joined(&self, separator: &str) -> String {
        std::iter::once(&self.scenario).chain(&self.variant).map(String::as_str).collect::<Vec<_>>().join(separator)
    }

    /// Whether the part takes part.
    #[must_use]
    pub fn has(&self, part: &str) -> bool {
        self.parts.iter().any(|own| own == part)
    }

    /// The variables of every part besides the addresses, with the addresses in them filled in: part → variable → value.
    ///
    /// From the lowest precedence to the highest: the export and the seed, `services` of the topology and of the case, the part's
    /// own section of the topology and of the case. Only services have the first three.
    ///
    /// # Errors
    /// When a part or a port does not exist.
    pub fn part_environments(&self, topology: &Topology, seed: u64) -> Result<Environment, UnknownAddress> {
        let export = topology.url(&self.export, "otlp_http", "")?;
        let exporting = [("OTEL_EXPORTER_OTLP_ENDPOINT", export), ("LAB_SEED", seed.to_string())];
        let exporting = BTreeMap::from(exporting.map(|(name, value)| (name.to_owned(), value)));
        let sections = |key: &str| [topology.defaults(), &self.environment].map(|source| source.get(key));
        let of_part = |part: &String| {
            let mut layered = Vec::new();
            if topology.part(part)?.role == Role::Service {
                layered.push(Some(&exporting));
                layered.extend(sections(SERVICES));
            }
            layered.extend(sections(part));
            let merged: BTreeMap<&String, &String> = layered.into_iter().flatten().flatten().collect();
            let filled = merged.into_iter().map(|(name, value)| Ok((name.clone(), topology.filled(value)?)));
            Ok((part.clone(), filled.collect::<Result<_, _>>()?))
        };
        self.parts.iter().map(of_part).collect()
    }
}

/// Puts the values of each part over those that it has.
fn merge(lower: &mut BTreeMap<String, BTreeMap<String, String>>, upper: BTreeMap<String, BTreeMap<String, String>>) {
    for (part, values) in upper {
        lower.entry(part).or_default().extend(values);
    }
}
