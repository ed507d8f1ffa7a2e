//! A case: a scenario with one of its variants applied, which is what runs.

use std::path::PathBuf;

use crate::absent::Absent;
use crate::background::Background;
use crate::expected_failure::ExpectedFailure;
use crate::metric::Metric;
use crate::scenario::Scenario;
use crate::secret::Secret;
use crate::settings::{Environment, Files, Layers};
use crate::step::Step;
use crate::variant::Variant;

/// What runs: the scenario's own settings with those of a variant over them.
#[derive(Debug, Clone)]
pub struct Case {
    /// The scenario's id.
    pub scenario: String,
    /// The variant, if it is one.
    pub variant: Option<String>,
    /// The title of the scenario, or the caption of the variant.
    pub title: String,
    /// The scenario's folder.
    pub folder: PathBuf,
    /// The part to which the services export.
    pub export: String,
    /// Every part.
    pub parts: Vec<String>,
    /// Configuration files.
    pub layers: Layers,
    /// Environment.
    pub environment: Environment,
    /// Files in the parts' state directories.
    pub files: Files,
    /// What is done.
    pub steps: Vec<Step>,
    /// Traces that need no step.
    pub background: Vec<Background>,
    /// What must not be.
    pub absent: Vec<Absent>,
    /// Texts that no span may hold.
    pub secrets: Vec<Secret>,
    /// What Prometheus must show.
    pub metrics: Vec<Metric>,
    /// The instrumentation scope of which no span may be stored.
    pub removes: Option<String>,
    /// How it must fail, when a fault is planted.
    pub expected_failure: Option<ExpectedFailure>,
}

impl Case {
    /// The arguments of `lab run` for it: `scenario2` or `scenario2 --variant link`.
    #[must_use]
    pub fn command(&self) -> String {
        match &self.variant {
            None => self.scenario.clone(),
            Some(variant) => format!("{} --variant {variant}", self.scenario),
        }
    }

    /// What Nix calls it: `scenario2` or `scenario2-link`.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.variant {
            None => self.scenario.clone(),
            Some(variant) => format!("{}-{variant}", self.scenario),
        }
    }

    /// Whether the part takes part.
    #[must_use]
    pub fn has(&self, part: &str) -> bool {
        self.parts.iter().any(|own| own == part)
    }
}

impl Scenario {
    /// The scenario as it stands, without a variant.
    #[must_use]
    pub fn plain(&self) -> Case {
        Case {
            scenario: self.id.clone(),
            variant: None,
            title: self.title.clone(),
            folder: self.folder.clone(),
            export: self.export.clone(),
            parts: self.parts().map(str::to_owned).collect(),
            layers: self.layers.clone(),
            environment: self.environment.clone(),
            files: self.files.clone(),
            steps: self.steps.clone(),
            background: self.background.clone(),
            absent: self.absent.clone(),
            secrets: self.secrets.clone(),
            metrics: self.metrics.clone(),
            removes: None,
            expected_failure: None,
        }
    }

    /// The scenario under one of its variants.
    #[must_use]
    pub fn varied(&self, variant: &Variant) -> Case {
        let mut case = self.plain();
        case.variant = Some(variant.name.clone());
        case.title.clone_from(&variant.caption);
        case.layers.extend(variant.layers.clone());
        for (part, variables) in &variant.environment {
            case.environment.entry(part.clone()).or_default().extend(variables.clone());
        }
        for (part, files) in &variant.files {
            case.files.entry(part.clone()).or_default().extend(files.clone());
        }
        if !variant.steps.is_empty() {
            case.steps.clone_from(&variant.steps);
            case.background.clone_from(&variant.background);
            case.metrics.clone_from(&variant.metrics);
        }
        case.removes = variant.removes.as_ref().map(|removes| removes.scope.clone());
        case.expected_failure.clone_from(&variant.expected_failure);
        case
    }

    /// What one `lab run` runs: the plain one and every healthy variant.
    #[must_use]
    pub fn cases(&self) -> Vec<Case> {
        let varied = self
            .variants
            .iter()
            .filter(|variant| variant.expected_failure.is_none())
            .map(|variant| self.varied(variant));
        std::iter::once(self.plain()).chain(varied).collect()
    }

    /// The cases with a planted fault, which must fail.
    #[must_use]
    pub fn planted_faults(&self) -> Vec<Case> {
        self.variants
            .iter()
            .filter(|variant| variant.expected_failure.is_some())
            .map(|variant| self.varied(variant))
            .collect()
    }
}
