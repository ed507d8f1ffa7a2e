//! A component of a collector's trace pipelines, as its configuration and its counters name it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One component of a collector that handles spans. The ids are those of the configuration, such as `otlp_grpc/jaeger`.
///
/// A processor exists once for each pipeline. Receivers, exporters and connectors exist once, also when several pipelines
/// use them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Component {
    /// Takes spans from outside of the collector.
    Receiver {
        /// Its id.
        id: String,
    },
    /// Handles the spans of one pipeline.
    Processor {
        /// The id of the pipeline, such as `traces/b`.
        pipeline: String,
        /// Its id.
        id: String,
    },
    /// Takes spans at the end of pipelines, and passes them, or what it makes of them, to other pipelines.
    Connector {
        /// Its id.
        id: String,
        /// The signal that it passes on, such as `traces` or `metrics`.
        output: String,
    },
    /// Sends spans out of the collector.
    Exporter {
        /// Its id.
        id: String,
    },
}

impl Component {
    /// The id of the configuration.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Receiver { id } | Self::Processor { id, .. } | Self::Connector { id, .. } | Self::Exporter { id } => {
                id
            }
        }
    }

    /// The type of component: the id up to its `/`.
    #[must_use]
    pub fn type_name(&self) -> &str {
        type_name(self.id())
    }

    /// Whether spans stay in it after it has accepted them. Every other processor passes spans on, or drops them, before it
    /// returns. Of a type that is not listed it is unknown; such a processor is taken for one that returns.
    #[must_use]
    pub fn is_asynchronous(&self) -> bool {
        matches!(self, Self::Processor { .. }) && matches!(self.type_name(), "batch" | "groupbytrace" | "tail_sampling")
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Receiver { id } => write!(f, "receiver {id}"),
            Self::Processor { id, .. } => write!(f, "processor {id}"),
            Self::Connector { id, .. } => write!(f, "connector {id}"),
            Self::Exporter { id } => write!(f, "exporter {id}"),
        }
    }
}

/// The part of an id before its `/`: `traces` of `traces/b`.
#[must_use]
pub fn type_name(id: &str) -> &str {
    id.split('/').next().unwrap_or(id)
}
