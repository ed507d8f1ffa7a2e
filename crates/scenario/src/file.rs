//! `scenario.toml` as it stands: every key typed, no other key allowed.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) title: String,
    pub(super) teaches: String,
    pub(super) export: Spanned<String>,
    pub(super) nodes: BTreeMap<String, Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) layers: Layers,
    #[serde(default)]
    pub(super) environment: Environment,
    #[serde(default)]
    pub(super) files: Files,
    #[serde(default, rename = "step")]
    pub(super) steps: Vec<Spanned<Step>>,
    #[serde(default)]
    pub(super) background: Vec<Background>,
    #[serde(default)]
    pub(super) absent: Vec<Absent>,
    #[serde(default, rename = "secret")]
    pub(super) secrets: Vec<Secret>,
    #[serde(default, rename = "metric")]
    pub(super) metrics: Vec<Spanned<Metric>>,
    #[serde(default, rename = "variant")]
    pub(super) variants: Vec<Variant>,
}

pub(super) type Layers = BTreeMap<Spanned<String>, Vec<Spanned<String>>>;
pub(super) type Environment = BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, String>>;
pub(super) type Files = BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, String>>;

/// One step; exactly one of `get`, `redis` and `websocket` (with `send`) says what is done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub(super) caption: String,
    #[serde(default)]
    pub(super) covers: Vec<String>,
    pub(super) get: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) also: Vec<Spanned<String>>,
    pub(super) redis: Option<Vec<String>>,
    pub(super) websocket: Option<Spanned<String>>,
    pub(super) send: Option<String>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) times: Option<u32>,
    pub(super) parallel: Option<u32>,
    pub(super) status: Option<u16>,
    pub(super) answer: Option<toml::Value>,
    pub(super) contains: Option<String>,
    pub(super) sampled: Option<bool>,
    pub(super) kept: Option<bool>,
    pub(super) kept_by: Option<String>,
    pub(super) refused_by: Option<Vec<String>>,
    pub(super) share: Option<Spanned<f64>>,
    pub(super) unrecorded: Option<u64>,
    pub(super) until: Option<bool>,
    pub(super) trace: Option<Spanned<String>>,
    pub(super) linked: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) without: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) kill: Vec<Spanned<String>>,
    pub(super) terminate: Option<Spanned<String>>,
    pub(super) hold: Option<Hold>,
    pub(super) write: Option<Write>,
}

/// A part that is frozen for a while.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hold {
    pub(super) part: Spanned<String>,
    pub(super) ms: u64,
}

/// A file of a part that gets another text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Write {
    pub(super) part: Spanned<String>,
    pub(super) file: Spanned<String>,
    pub(super) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Background {
    pub(super) caption: String,
    #[serde(default)]
    pub(super) covers: Vec<String>,
    pub(super) times: Option<usize>,
    pub(super) at_least: Option<usize>,
    pub(super) trace: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Absent {
    pub(super) caption: String,
    #[serde(default)]
    pub(super) covers: Vec<String>,
    pub(super) span: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Secret {
    pub(super) caption: String,
    #[serde(default)]
    pub(super) covers: Vec<String>,
    pub(super) planted: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Metric {
    pub(super) caption: String,
    #[serde(default)]
    pub(super) covers: Vec<String>,
    pub(super) query: String,
    pub(super) increase: Option<f64>,
    pub(super) equals: Option<f64>,
    pub(super) at_least: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Variant {
    pub(super) name: Spanned<String>,
    pub(super) caption: String,
    #[serde(default)]
    pub(super) environment: Environment,
    #[serde(default)]
    pub(super) layers: Layers,
    #[serde(default)]
    pub(super) files: Files,
    #[serde(default, rename = "step")]
    pub(super) steps: Vec<Spanned<Step>>,
    #[serde(default)]
    pub(super) background: Vec<Background>,
    #[serde(default, rename = "metric")]
    pub(super) metrics: Vec<Spanned<Metric>>,
    pub(super) removes: Option<Spanned<Removes>>,
    pub(super) expect_failure: Option<ExpectedFailure>,
}

/// What the variant's traces lack, by which its trees are the scenario's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Removes {
    pub(super) scope: String,
    #[serde(default)]
    pub(super) covers: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedFailure {
    pub(super) exit: u8,
    #[serde(default)]
    pub(super) findings: Vec<toml::Value>,
    #[serde(default)]
    pub(super) passed: Vec<String>,
    pub(super) ledger: Option<toml::Value>,
    #[serde(default)]
    pub(super) output_matches: Vec<Spanned<String>>,
    pub(super) rejected_by: Option<Spanned<String>>,
}
