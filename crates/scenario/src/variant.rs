//! A variant: other settings under which a scenario runs as well.

use toml::Spanned;

use crate::background::Background;
use crate::document::DocumentError;
use crate::expected_failure::ExpectedFailure;
use crate::metric::Metric;
use crate::names::Names;
use crate::removal::Unvaried;
use crate::renamed;
use crate::settings::{self, Environment, Files, Layers};
use crate::step::Step;
use crate::table::Table;

/// Every key of a variant.
const KEYS: [&str; 10] =
    ["name", "caption", "environment", "layers", "files", "step", "background", "metric", "removes", "expect_failure"];

/// Another setting of the scenario.
#[derive(Debug, Clone)]
pub struct Variant {
    /// The name for `--variant`.
    pub name: String,
    /// What is different.
    pub caption: String,
    /// Overrides of the environment.
    pub environment: Environment,
    /// Overrides of the layers.
    pub layers: Layers,
    /// Overrides of the files.
    pub files: Files,
    /// Its own steps instead of the scenario's, if it has any.
    pub steps: Vec<Step>,
    /// Its own background traces instead of the scenario's, if it has steps of its own.
    pub background: Vec<Background>,
    /// Its own metrics instead of the scenario's, if it has steps of its own.
    pub metrics: Vec<Metric>,
    /// What it lacks, while nothing else is different; its steps are derived then.
    pub removes: Option<Removes>,
    /// How it must fail, for a variant with a planted fault.
    pub expected_failure: Option<ExpectedFailure>,
}

/// What a variant's traces lack.
#[derive(Debug, Clone)]
pub struct Removes {
    /// The instrumentation scope that makes no spans.
    pub scope: String,
    /// Behaviors that it covers.
    pub covers: Vec<String>,
}

impl Variant {
    /// Reads one `[[variant]]` of a scenario; `others` are those before it.
    pub(crate) fn read(
        mut table: Table<'_>,
        scenario: Unvaried<'_>,
        others: &[Self],
        names: &Names<'_>,
    ) -> Result<Self, DocumentError> {
        table.only(&KEYS, renamed::VARIANT)?;
        let name: Spanned<String> = table.require("name")?;
        if others.iter().any(|other| other.name == *name.get_ref()) {
            return Err(names.wrong(name.span().start, format!("two variants are called `{}`", name.get_ref())));
        }
        let removes = table.table("removes")?;
        let at = removes.as_ref().map(Table::at).unwrap_or_default();
        let failure = table.table("expect_failure")?;
        let mut variant = Self {
            name: name.into_inner(),
            caption: table.require("caption")?,
            environment: settings::environment(&mut table, names)?,
            layers: settings::layers(&mut table, names)?,
            files: settings::files(&mut table, names)?,
            steps: table.list("step", |table| Step::read(table, names))?,
            background: table.list("background", |table| Background::read(table, names))?,
            metrics: table.list("metric", |table| Metric::read(table, names))?,
            removes: removes.map(Removes::read).transpose()?,
            expected_failure: failure.map(|table| ExpectedFailure::read(table, names)).transpose()?,
        };
        variant.derive(scenario).map_err(|message| names.wrong(at, format!("`removes`: {message}")))?;
        Ok(variant)
    }

    /// A variant that says what it removes takes over the scenario's steps, background and metrics, without the spans of the scope.
    fn derive(&mut self, scenario: Unvaried<'_>) -> Result<(), String> {
        let Some(Removes { scope, .. }) = &self.removes else { return Ok(()) };
        if !self.steps.is_empty() || !self.background.is_empty() || !self.metrics.is_empty() {
            return Err("the variant is the scenario without a scope, and so has no steps of its own".to_owned());
        }
        (self.steps, self.background, self.metrics) = scenario.without_scope(scope)?;
        Ok(())
    }
}

impl Removes {
    fn read(mut table: Table<'_>) -> Result<Self, DocumentError> {
        table.only(&["scope", "covers"], &[])?;
        Ok(Self { scope: table.require("scope")?, covers: table.take_or_default("covers")? })
    }
}
