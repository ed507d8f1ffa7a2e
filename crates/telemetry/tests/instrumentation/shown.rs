//! Tests the names in the output of the admin listener, which `lab` reads.

use serde_json::Value;
use telemetry::http_server::traced;
use telemetry::testing::{recorder, trace_id};

use crate::{send_request, text};

#[tokio::test]
async fn the_metrics_have_the_names_that_the_lab_reads() {
    recorder();
    let router = traced(axum::Router::new().route("/named", axum::routing::get(async || "ok")));
    send_request(router, "/named", &[]).await;
    let metrics = text(send_request(recorder().admin(), "/metrics", &[]).await).await;
    for series in [
        r#"otel_sdk_span_started_total{otel_span_parent_origin="none",otel_span_sampling_result="RECORD_AND_SAMPLE"} "#,
        r#"otel_sdk_span_live{otel_span_sampling_result="RECORD_AND_SAMPLE"} "#,
        r#"otel_sdk_processor_span_processed_total{otel_component_name="simple_span_processor/0","#,
        r#"otel_sdk_exporter_span_exported_total{otel_component_name="otlp_http_span_exporter/0","#,
        r#"http_server_request_duration_seconds_bucket{http_request_method="GET",http_response_status_code="200","#,
        r#"http_server_request_duration_seconds_count{"#,
        r#"http_calls_total{http_request_method="GET",http_response_status_code="200",http_route="/named","#,
        r#"target_info{"#,
    ] {
        assert!(metrics.lines().any(|line| line.starts_with(series)), "{series} is not in\n{metrics}");
    }
    let types: Vec<&str> = metrics.lines().filter(|line| line.starts_with("# TYPE")).collect();
    let mut once = types.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(types.len(), once.len(), "a name is emitted twice: {types:#?}");
}

#[tokio::test]
async fn ended_spans_are_listed_by_their_ids() {
    recorder();
    let router = traced(axum::Router::new().route("/listed", axum::routing::get(async || "ok")));
    let trace = trace_id(send_request(router, "/listed", &[]).await.headers());
    let page: Value = serde_json::from_str(&text(send_request(recorder().admin(), "/spans", &[]).await).await).unwrap();
    assert_eq!((&page["service"], &page["capacity"]), (&Value::from("test"), &Value::from(4096)));
    assert!(page["instance"].as_str().unwrap().len() == 36 && page["live"].is_i64());
    let spans = page["spans"].as_array().unwrap();
    assert!(page["ended"].as_u64().unwrap() >= spans.len() as u64);
    let span = spans.iter().find(|span| span["trace_id"] == trace.as_str()).unwrap();
    assert_eq!((&span["name"], &span["sampled"]), (&Value::from("GET /listed"), &Value::from(true)));
    assert_eq!(span["span_id"].as_str().unwrap().len(), 16);
}

#[tokio::test]
async fn a_health_check_is_answered_and_not_traced() {
    let response = send_request(recorder().admin(), "/healthz", &[]).await;
    assert!(!response.headers().contains_key("traceresponse"));
    assert_eq!(text(response).await, "ok");
}

#[tokio::test]
async fn spans_of_the_plumbing_and_for_developers_are_not_recorded() {
    recorder();
    drop(tracing::info_span!(target: "hyper::client", "planted by the plumbing").entered());
    drop(tracing::debug_span!("planted for developers").entered());
    drop(tracing::info_span!("planted by a service").entered());
    let names: Vec<String> = recorder().spans().into_iter().map(|span| span.name).collect();
    let planted: Vec<&String> = names.iter().filter(|name| name.starts_with("planted")).collect();
    assert_eq!(planted, ["planted by a service"]);
}
