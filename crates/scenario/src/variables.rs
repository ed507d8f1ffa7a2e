//! The names of variables that parts read. A scenario that sets an unknown variable has misspelled it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

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

/// What the specification of OpenTelemetry lists for every SDK, and the Rust SDK besides, less what OTLP's exporters read.
const OF_SDKS: [&str; 43] = [
    "OTEL_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_BLRP_EXPORT_TIMEOUT",
    "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BLRP_MAX_QUEUE_SIZE",
    "OTEL_BLRP_SCHEDULE_DELAY",
    "OTEL_BSP_EXPORT_TIMEOUT",
    "OTEL_BSP_MAX_CONCURRENT_EXPORTS",
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BSP_MAX_QUEUE_SIZE",
    "OTEL_BSP_SCHEDULE_DELAY",
    "OTEL_CONFIG_FILE",
    "OTEL_ENTITIES",
    "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_EXPORTER_PROMETHEUS_HOST",
    "OTEL_EXPORTER_PROMETHEUS_PORT",
    "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
    "OTEL_EXPORTER_ZIPKIN_TIMEOUT",
    "OTEL_INSTRUMENTATION_HTTP_CLIENT_CAPTURE_REQUEST_HEADERS",
    "OTEL_INSTRUMENTATION_HTTP_CLIENT_CAPTURE_RESPONSE_HEADERS",
    "OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS",
    "OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS",
    "OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_RESPONSE_HEADERS",
    "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_LOGS_EXPORTER",
    "OTEL_LOG_LEVEL",
    "OTEL_METRICS_EXEMPLAR_FILTER",
    "OTEL_METRICS_EXPORTER",
    "OTEL_METRIC_EXPORT_INTERVAL",
    "OTEL_METRIC_EXPORT_TIMEOUT",
    "OTEL_PROPAGATORS",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_SDK_DISABLED",
    "OTEL_SEMCONV_STABILITY_OPT_IN",
    "OTEL_SERVICE_NAME",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_SPAN_EVENT_COUNT_LIMIT",
    "OTEL_SPAN_LINK_COUNT_LIMIT",
    "OTEL_TRACES_EXPORTER",
    "OTEL_TRACES_SAMPLER",
];

/// What each signal's exporter of OTLP reads, and all of them together.
const OF_OTLP: [&str; 9] = [
    "CERTIFICATE",
    "CLIENT_CERTIFICATE",
    "CLIENT_KEY",
    "COMPRESSION",
    "ENDPOINT",
    "HEADERS",
    "INSECURE",
    "PROTOCOL",
    "TIMEOUT",
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

/// Every name beginning with `OTEL_` that SDKs read whatever their language.
#[must_use]
pub fn of_sdks() -> BTreeSet<String> {
    let otlp = ["", "TRACES_", "METRICS_", "LOGS_"]
        .into_iter()
        .flat_map(|signal| OF_OTLP.into_iter().map(move |setting| format!("OTEL_EXPORTER_OTLP_{signal}{setting}")));
    let more = [
        "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
        "OTEL_TRACES_SAMPLER_ARG",
    ];
    OF_SDKS.into_iter().chain(more).map(str::to_owned).chain(otlp).collect()
}

/// The parts and the layers of a scenario file, whatever else it contains.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Layered {
    nodes: BTreeMap<String, Vec<String>>,
    layers: BTreeMap<String, Vec<String>>,
    variant: Vec<Layered>,
}

/// Which names the parts of one scenario read.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    topology: &'a Topology,
    /// Part → names in its layers, whichever variant they belong to.
    in_layers: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> Known<'a> {
    /// Looks into every layer of a scenario file. What is wrong with the file is reported by its strict reading.
    pub(crate) fn new(file: &str, topology: &'a Topology, path: impl Fn(&str) -> PathBuf) -> Self {
        let file: Layered = toml::from_str(file).unwrap_or_default();
        let of_variants = file.variant.iter().flat_map(|variant| &variant.layers);
        let mut in_layers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (part, names) in file.layers.iter().chain(of_variants) {
            let read = names.iter().flat_map(|name| read_by(&path(name)));
            in_layers.entry(part.clone()).or_default().extend(read);
        }
        for part in file.nodes.values().flatten() {
            in_layers.entry(part.clone()).or_insert_with(|| read_by(&path(&format!("{part}.yaml"))));
        }
        Self { topology, in_layers }
    }

    /// Refuses a name of ours or of OpenTelemetry that the part does not read.
    pub(crate) fn check(&self, part: &str, name: &str) -> Result<(), String> {
        let foreign = !name.starts_with("LAB_") && !name.starts_with("OTEL_");
        if foreign || OF_LANGUAGES.iter().any(|language| name.starts_with(language)) {
            return Ok(());
        }
        let known = self.names(part);
        if known.contains(name) {
            return Ok(());
        }
        let nearest = known.iter().min_by_key(|known| strsim::damerau_levenshtein(known, name));
        let nearest = nearest.map_or_else(String::new, |nearest| format!(" (the nearest known one is `{nearest}`)"));
        Err(format!("no variable that `{part}` reads{nearest}"))
    }

    /// Everything that a part may be told.
    fn names(&self, part: &str) -> BTreeSet<String> {
        let is_service = self.topology.part(part).is_ok_and(|known| known.role == Role::Service);
        let mut names = of_sdks();
        names.extend(self.topology.environment().into_keys());
        names.extend(self.in_layers.get(part).cloned().unwrap_or_default());
        if is_service || part == SERVICES {
            names.extend(OF_SERVICES.map(str::to_owned));
        }
        names
    }
}

/// The names in `${env:NAME}`, `${env:NAME:-default}` and the short form `${NAME}` of a collector's file.
fn read_by(path: &Path) -> BTreeSet<String> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-[^}]*)?\}").expect("it is a regular expression")
    });
    let text = std::fs::read_to_string(path).unwrap_or_default();
    NAME.captures_iter(&text).map(|found| found[1].to_owned()).collect()
}
