//! The routes of the admin listener: health, metrics, ended spans, and the state of the sampler.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{StatusCode, header};
use prometheus::{Encoder as _, Registry, TextEncoder};
use serde::Serialize;
use tracing::warn;

use crate::ledger::{CAPACITY, EndedSpan, Ledger, Page};
use crate::sampler::{HeadSampler, SamplerState};

/// `otel.sdk.processor.span.processed` as the Prometheus exporter names it.
const PROCESSED: &str = "otel_sdk_processor_span_processed_total";

/// The state that the routes read.
#[derive(Clone, Debug)]
pub(crate) struct Admin {
    pub(crate) service: String,
    pub(crate) instance: String,
    pub(crate) registry: Registry,
    pub(crate) ledger: Arc<Ledger>,
    /// `None` if the SDK is disabled.
    pub(crate) sampler: Option<HeadSampler>,
}

#[derive(Serialize)]
struct Spans {
    service: String,
    instance: String,
    ended: u64,
    live: i64,
    capacity: usize,
    spans: Vec<EndedSpan>,
}

#[derive(Serialize)]
struct Sampler {
    service: String,
    instance: String,
    #[serde(flatten)]
    state: Option<SamplerState>,
}

impl Admin {
    pub(crate) fn router(self) -> Router {
        Router::new()
            .route("/healthz", get(async || "ok"))
            .route("/metrics", get(metrics))
            .route("/spans", get(spans))
            .route("/sampler", get(sampler))
            .with_state(self)
    }

    /// All metrics in the Prometheus text format.
    pub(crate) fn text(&self) -> Result<String, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// The number of spans that the SDK passed to the exporter, and the number that it dropped, from the SDK's own
    /// counter.
    pub(crate) fn processed(&self) -> (u64, u64) {
        let families = self.registry.gather();
        let counters = families.iter().filter(|family| family.name() == PROCESSED).flat_map(|f| f.get_metric());
        counters.fold((0, 0), |(processed, dropped), counter| {
            let failed = counter.get_label().iter().any(|label| label.name() == "error_type");
            let value = counter.get_counter().get_value() as u64;
            if failed { (processed, dropped + value) } else { (processed + value, dropped) }
        })
    }
}

async fn metrics(State(admin): State<Admin>) -> Response {
    match admin.text() {
        Ok(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        Err(error) => {
            warn!(%error, "cannot encode the metrics");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn spans(State(admin): State<Admin>) -> Json<Spans> {
    let Page { live, ended, spans } = admin.ledger.page();
    Json(Spans { service: admin.service, instance: admin.instance, ended, live, capacity: CAPACITY, spans })
}

async fn sampler(State(admin): State<Admin>) -> Json<Sampler> {
    let state = admin.sampler.as_ref().map(HeadSampler::state);
    Json(Sampler { service: admin.service, instance: admin.instance, state })
}
