//! The names of variables that parts read. A scenario that sets another one has misspelled it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use crate::topology::{Role, SERVICES, Topology};

/// What the lab's services read besides addresses and `OTEL_*`. A test compares it with their code.
pub const OF_SERVICES: [&str; 11] = [
    "LAB_BAGGAGE_ATTRIBUTES",
    "LAB_DEFECT",
    "LAB_DISABLED_SCOPES",
    "LAB_ITEMS_REQUEST_HOOK",
    "LAB_REDACTION",
    "LAB_SEED",
    "LAB_SUBSCRIBER_PARENT",
    "LAB_TIMEOUT_FACTOR",
    "LAB_USERS_CACHE_TTL_S",
    "LAB_USERS_REFRESH_MS",
    "LAB_WS_INSTRUMENTATION",
];

/// The specification leaves these prefixes to the SDK of each language. A custom program may use any of them.
const OF_LANGUAGES: [&str; 11] = [
    "OTEL_CPP_",
    "OTEL_DOTNET_",
    "OTEL_ERLANG_",
    "OTEL_GO_",
    "OTEL_JAVAAGENT_",
    "OTEL_JAVA_",
    "OTEL_JS_",
    "OTEL_NODE_",
    "OTEL_PHP_",
    "OTEL_PYTHON_",
    "OTEL_RUBY_",
];

/// Every name beginning with `OTEL_` that SDKs read whatever their language: what the specification of OpenTelemetry lists, and
/// what the Rust SDK reads besides.
pub fn of_sdks() -> impl Iterator<Item = &'static str> {
    include_str!("otel_variables.txt").lines()
}

/// Rejects a name of ours or of OpenTelemetry that the part does not read, with these configuration files.
pub(crate) fn check(part: &str, name: &str, layers: &[PathBuf], topology: &Topology) -> Result<(), String> {
    let foreign = !name.starts_with("LAB_") && !name.starts_with("OTEL_");
    if foreign || OF_LANGUAGES.iter().any(|language| name.starts_with(language)) {
        return Ok(());
    }
    let is_service = part == SERVICES || topology.part(part).is_ok_and(|known| known.role == Role::Service);
    let mut known: BTreeSet<String> = of_sdks().map(str::to_owned).collect();
    known.extend(topology.environment().into_keys());
    known.extend(layers.iter().flat_map(|layer| read_by(layer)));
    known.extend(OF_SERVICES.map(str::to_owned).into_iter().filter(|_| is_service));
    if known.contains(name) {
        return Ok(());
    }
    let nearest = known.iter().min_by_key(|known| strsim::damerau_levenshtein(known, name));
    let nearest = nearest.map_or_else(String::new, |nearest| format!("; the nearest valid name is `{nearest}`"));
    let reader = if part == SERVICES { "the services do".to_owned() } else { format!("part `{part}` does") };
    Err(format!("{reader} not read this variable{nearest}"))
}

/// The names in `${env:NAME}`, `${env:NAME:-default}` and the short form `${NAME}` of a collector's file.
fn read_by(path: &Path) -> BTreeSet<String> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-[^}]*)?\}").expect("it is a regular expression")
    });
    let text = std::fs::read_to_string(path).unwrap_or_default();
    NAME.captures_iter(&text).map(|found| found[1].to_owned()).collect()
}
