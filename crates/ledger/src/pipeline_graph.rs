//! The trace pipelines of a collector as a graph, read from its merged configuration.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::Direction;
use petgraph::graphmap::DiGraphMap;
use serde::Deserialize;
use serde_json::Value;

use crate::component::{Component, type_name};

/// The signal that the ledger follows.
const TRACES: &str = "traces";

/// The component type with which Jaeger writes into its store.
const STORE: &str = "jaeger_storage_exporter";

/// The trace pipelines of one collector. An arrow leads from a component to each one that gets its spans; its weight is the
/// number of pipelines that it stands for, which is 1 unless pipelines have no processor of their own.
///
/// The configuration comes from `otelcol print-config --format json`: every layer merged, every default filled in.
#[derive(Debug, Clone, Default)]
pub struct PipelineGraph {
    components: Vec<Component>,
    arrows: DiGraphMap<usize, usize>,
    destinations: BTreeMap<String, Destination>,
}

/// Where an exporter sends spans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The target.
    pub target: Target,
    /// Whether a queue accepts spans before they are sent. Without one, the sender waits until they are sent.
    pub has_queue: bool,
}

/// What an exporter sends spans to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Another program, at `host:port`.
    Address(String),
    /// The store of this program.
    Store,
    /// Something that the lab does not read: the log, a file, a vendor.
    Elsewhere,
}

/// Why a merged configuration has no graph.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    /// The configuration has another form than that of a collector.
    #[error("the merged configuration has an unexpected form")]
    Form(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct Config {
    service: Service,
    #[serde(default)]
    exporters: Option<BTreeMap<String, Value>>,
    #[serde(default)]
    connectors: Option<BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
struct Service {
    pipelines: BTreeMap<String, Pipeline>,
}

#[derive(Deserialize)]
struct Pipeline {
    #[serde(default)]
    receivers: Option<Vec<String>>,
    #[serde(default)]
    processors: Option<Vec<String>>,
    #[serde(default)]
    exporters: Option<Vec<String>>,
}

impl PipelineGraph {
    /// Reads the merged configuration of a collector.
    ///
    /// # Errors
    /// When it has another form than that of a collector.
    pub fn from_config(config: &Value) -> Result<Self, GraphError> {
        let config = Config::deserialize(config)?;
        let connectors: BTreeSet<&String> = config.connectors.iter().flatten().map(|(id, _)| id).collect();
        let mut graph = Self::default();
        for (name, pipeline) in config.service.pipelines.iter().filter(|(name, _)| type_name(name) == TRACES) {
            graph.add_pipeline(name, pipeline, &connectors, &config.service.pipelines);
        }
        let exporters = config.exporters.iter().flatten();
        graph.destinations = exporters.map(|(id, config)| (id.clone(), Destination::new(id, config))).collect();
        Ok(graph)
    }

    /// Every component.
    #[must_use]
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// The components that get the spans of this one.
    pub fn next<'a>(&'a self, component: &Component) -> impl Iterator<Item = &'a Component> {
        self.neighbors(component, Direction::Outgoing)
    }

    /// The components whose spans this one gets.
    pub fn previous<'a>(&'a self, component: &Component) -> impl Iterator<Item = &'a Component> {
        self.neighbors(component, Direction::Incoming)
    }

    /// Where an exporter sends spans.
    #[must_use]
    pub fn destination(&self, exporter: &str) -> Option<&Destination> {
        self.destinations.get(exporter)
    }

    /// Whether a refusal of this component is final: a component before it has already accepted the spans, so they are lost.
    /// Otherwise the refusal reaches the client, which sends the spans again.
    #[must_use]
    pub fn is_final(&self, component: &Component) -> bool {
        self.previous(component).any(|before| before.is_asynchronous() || self.is_final(before))
    }

    /// How many copies of each span reach a target through this component.
    #[must_use]
    pub fn copies(&self, component: &Component, is_target: &impl Fn(&Target) -> bool) -> usize {
        match component {
            Component::Exporter { id } => {
                usize::from(self.destination(id).is_some_and(|destination| is_target(&destination.target)))
            }
            _ => self.next(component).map(|next| self.weight(component, next) * self.copies(next, is_target)).sum(),
        }
    }

    fn weight(&self, from: &Component, to: &Component) -> usize {
        let index = |component| self.components.iter().position(|own| own == component);
        let weight = index(from).zip(index(to)).and_then(|(from, to)| self.arrows.edge_weight(from, to));
        weight.copied().unwrap_or(0)
    }

    fn neighbors(&self, component: &Component, direction: Direction) -> impl Iterator<Item = &Component> {
        let index = self.components.iter().position(|own| own == component);
        let neighbors = index.into_iter().flat_map(move |index| self.arrows.neighbors_directed(index, direction));
        neighbors.map(|index| &self.components[index])
    }

    fn add_pipeline(
        &mut self,
        name: &str,
        pipeline: &Pipeline,
        connectors: &BTreeSet<&String>,
        all: &BTreeMap<String, Pipeline>,
    ) {
        let first = pipeline.receivers.iter().flatten().map(|id| match connectors.contains(id) {
            true => Component::Connector { id: id.clone(), output: TRACES.to_owned() },
            false => Component::Receiver { id: id.clone() },
        });
        let processors = pipeline.processors.iter().flatten();
        let processors = processors.map(|id| Component::Processor { pipeline: name.to_owned(), id: id.clone() });
        let last = pipeline.exporters.iter().flatten().flat_map(|id| match connectors.contains(id) {
            true => outputs(id, all),
            false => vec![Component::Exporter { id: id.clone() }],
        });
        let rows = std::iter::once(first.collect::<Vec<_>>()).chain(processors.map(|processor| vec![processor]));
        let mut before: Vec<usize> = Vec::new();
        for row in rows.chain([last.collect()]) {
            let row: Vec<usize> = row.into_iter().map(|component| self.add(component)).collect();
            for (from, to) in before.iter().flat_map(|from| row.iter().map(move |to| (*from, *to))) {
                let pipelines = self.arrows.edge_weight(from, to).copied().unwrap_or(0);
                self.arrows.add_edge(from, to, pipelines + 1);
            }
            before = row;
        }
    }

    fn add(&mut self, component: Component) -> usize {
        let index = self.components.iter().position(|own| *own == component).unwrap_or_else(|| {
            self.components.push(component);
            self.components.len() - 1
        });
        self.arrows.add_node(index)
    }
}

/// What a connector at the end of a trace pipeline is: one component for each signal that it passes on.
fn outputs(id: &str, pipelines: &BTreeMap<String, Pipeline>) -> Vec<Component> {
    let receiving = pipelines.iter().filter(|(_, pipeline)| pipeline.receivers.iter().flatten().any(|own| own == id));
    let signals: BTreeSet<&str> = receiving.map(|(name, _)| type_name(name)).collect();
    signals.into_iter().map(|output| Component::Connector { id: id.to_owned(), output: output.to_owned() }).collect()
}

impl Destination {
    #[expect(clippy::disallowed_methods, reason = "the types of OTLP exporters have these names in a user's file")]
    fn new(id: &str, config: &Value) -> Self {
        let endpoint = ["traces_endpoint", "endpoint"].iter().find_map(|key| config[key].as_str());
        let is_otlp = type_name(id).starts_with("otlp");
        let target = match endpoint.filter(|endpoint| is_otlp && !endpoint.is_empty()) {
            Some(endpoint) => Target::Address(address(endpoint).to_owned()),
            None if type_name(id) == STORE => Target::Store,
            None => Target::Elsewhere,
        };
        let queue = &config["sending_queue"];
        let has_queue = queue.is_object() && queue["wait_for_result"].as_bool() != Some(true);
        Self { target, has_queue }
    }
}

/// `host:port` of an endpoint, which may be a URL.
#[expect(clippy::disallowed_methods, reason = "the format of a URL")]
fn address(endpoint: &str) -> &str {
    let authority = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    authority.split('/').next().unwrap_or(authority)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The graph of pipelines, with exporters that have a queue when their id begins with `otlp`.
    pub(crate) fn graph(connectors: &[&str], pipelines: Value) -> PipelineGraph {
        let connectors: BTreeMap<&str, Value> = connectors.iter().map(|id| (*id, Value::Null)).collect();
        let exporters = serde_json::json!({
            "debug": { "sending_queue": null },
            "otlp_grpc/jaeger": { "endpoint": "127.0.0.1:14317", "sending_queue": { "wait_for_result": false } },
            "otlp_http/dead": { "endpoint": "http://vendor:4318/base", "sending_queue": { "wait_for_result": true } },
            "jaeger_storage_exporter": { "sending_queue": null },
        });
        let service = serde_json::json!({ "pipelines": pipelines });
        let config = serde_json::json!({ "connectors": connectors, "exporters": exporters, "service": service });
        PipelineGraph::from_config(&config).unwrap()
    }

    fn forwarded() -> PipelineGraph {
        let pipelines = serde_json::json!({
            "traces": { "receivers": ["otlp"], "processors": ["memory_limiter", "batch"],
                "exporters": ["forward", "debug", "span_metrics"] },
            "traces/b": { "receivers": ["forward"], "processors": ["probabilistic_sampler"],
                "exporters": ["otlp_grpc/jaeger", "otlp_http/dead"] },
            "metrics": { "receivers": ["otlp", "span_metrics"], "processors": ["batch"], "exporters": ["debug"] },
        });
        graph(&["forward", "span_metrics"], pipelines)
    }

    fn processor(pipeline: &str, id: &str) -> Component {
        Component::Processor { pipeline: pipeline.to_owned(), id: id.to_owned() }
    }

    #[test]
    fn connectors_join_the_pipelines_of_spans_and_end_where_the_signal_changes() {
        let graph = forwarded();
        let after = |component: &Component| graph.next(component).map(ToString::to_string).collect::<BTreeSet<_>>();
        assert_eq!(graph.components().len(), 9);
        assert_eq!(
            after(&processor("traces", "batch")),
            ["connector forward", "connector span_metrics", "exporter debug"].map(str::to_owned).into()
        );
        let forward = Component::Connector { id: "forward".to_owned(), output: "traces".to_owned() };
        assert_eq!(after(&forward), ["processor probabilistic_sampler".to_owned()].into());
        let metrics = Component::Connector { id: "span_metrics".to_owned(), output: "metrics".to_owned() };
        assert_eq!(after(&metrics), BTreeSet::new());
    }

    #[test]
    fn what_a_component_behind_a_batch_refuses_is_lost() {
        let graph = forwarded();
        assert!(!graph.is_final(&processor("traces", "batch")));
        assert!(graph.is_final(&processor("traces/b", "probabilistic_sampler")));
        assert!(graph.is_final(&Component::Exporter { id: "otlp_http/dead".to_owned() }));
    }

    #[test]
    fn two_branches_into_one_store_are_two_copies() {
        let pipelines = serde_json::json!({
            "traces/a": { "receivers": ["otlp"], "exporters": ["jaeger_storage_exporter"] },
            "traces/b": { "receivers": ["otlp"], "exporters": ["jaeger_storage_exporter", "debug"] },
        });
        let graph = graph(&[], pipelines);
        let receiver = Component::Receiver { id: "otlp".to_owned() };
        assert_eq!(graph.copies(&receiver, &|target| *target == Target::Store), 2);
        assert_eq!(graph.copies(&receiver, &|target| *target == Target::Elsewhere), 1);
    }

    #[test]
    fn an_exporter_has_an_address_or_a_store_and_may_wait_for_the_result() {
        let graph = forwarded();
        let address = |address: &str| Target::Address(address.to_owned());
        let expected = Destination { target: address("127.0.0.1:14317"), has_queue: true };
        assert_eq!(graph.destination("otlp_grpc/jaeger"), Some(&expected));
        let expected = Destination { target: address("vendor:4318"), has_queue: false };
        assert_eq!(graph.destination("otlp_http/dead"), Some(&expected));
        let expected = Destination { target: Target::Store, has_queue: false };
        assert_eq!(graph.destination("jaeger_storage_exporter"), Some(&expected));
    }
}
