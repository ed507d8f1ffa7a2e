//! Tests each standard variable that this crate supports, one test each.

use std::process::Command;

use crate::{PROGRAM, run};

const PARENT: &str = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const PARENTS_TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[tokio::test]
async fn otel_sdk_disabled_leaves_no_trace() {
    let running = run(&[("OTEL_SDK_DISABLED", "true")]).await;
    let ids = running.get("/hello/you", "x: y").await;
    let child = running.get("/hello/you", PARENT).await;
    let metrics = running.admin("/metrics").await;
    let (sink, stopped) = running.stop().await;
    assert_eq!((ids, child, metrics.as_str()), (None, None, ""));
    let line = stopped.log.iter().rfind(|line| line["message"] == "greeting").unwrap();
    assert_eq!(line["trace_id"], PARENTS_TRACE, "the caller's context passes through untouched");
    assert_eq!((sink.spans(), sink.metrics().len()), (0, 0));
    assert_eq!((stopped.status.success(), stopped.figure("started")), (true, 0));
}

#[tokio::test]
async fn otel_traces_exporter_none_keeps_spans_and_exports_metrics() {
    let running = run(&[("OTEL_TRACES_EXPORTER", "none")]).await;
    assert!(running.get("/hello/you", "x: y").await.unwrap().ends_with("-01"));
    let (sink, stopped) = running.stop().await;
    assert_eq!((sink.spans(), stopped.figure("ended")), (0, 1));
    assert!(sink.metrics().contains("http_calls"));
}

#[tokio::test]
async fn otel_metrics_exporter_none_still_shows_metrics_to_who_asks() {
    let running = run(&[("OTEL_METRICS_EXPORTER", "none")]).await;
    running.get("/hello/you", "x: y").await;
    let metrics = running.admin("/metrics").await;
    let (sink, _) = running.stop().await;
    assert!(metrics.contains("http_calls_total{"), "{metrics}");
    assert_eq!((sink.spans(), sink.metrics().len()), (1, 0));
}

#[tokio::test]
async fn otel_traces_sampler_decides_and_the_unsampled_are_counted() {
    let running = run(&[("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0")]).await;
    let ids = running.get("/hello/you", "x: y").await.unwrap();
    let child = running.get("/hello/you", PARENT).await.unwrap();
    let metrics = running.admin("/metrics").await;
    let (sink, stopped) = running.stop().await;
    assert!(ids.ends_with("-00") && child.ends_with("-01"), "{ids} {child}");
    for series in [
        r#"{otel_span_parent_origin="none",otel_span_sampling_result="DROP"} 1"#,
        r#"{otel_span_parent_origin="remote",otel_span_sampling_result="RECORD_AND_SAMPLE"} 1"#,
    ] {
        assert!(metrics.contains(&format!("otel_sdk_span_started_total{series}")), "{series} is not in\n{metrics}");
    }
    assert_eq!(sink.spans(), 1);
    assert_eq!(stopped.figures(["started", "unsampled", "ended", "exported"]), [2, 1, 1, 1]);
}

#[tokio::test]
async fn otel_traces_sampler_always_off_does_not_ask_the_parent() {
    let running = run(&[("OTEL_TRACES_SAMPLER", "always_off")]).await;
    assert!(running.get("/hello/you", PARENT).await.unwrap().ends_with("-00"));
    assert_eq!(running.stop().await.0.spans(), 0);
}

#[tokio::test]
async fn otel_propagators_none_ignores_the_callers_context() {
    let running = run(&[("OTEL_PROPAGATORS", "none")]).await;
    let ids = running.get("/hello/you", PARENT).await.unwrap();
    assert!(!ids.contains(PARENTS_TRACE), "{ids}");
    running.stop().await;
}

#[tokio::test]
async fn an_unknown_propagator_is_a_warning_and_the_others_work() {
    let running = run(&[("OTEL_PROPAGATORS", "b3,tracecontext")]).await;
    let ids = running.get("/hello/you", PARENT).await.unwrap();
    assert!(ids.contains(PARENTS_TRACE), "{ids}");
    let (_, stopped) = running.stop().await;
    assert_eq!(stopped.at("WARN")[0]["name"], "b3");
}

#[tokio::test]
async fn lab_baggage_attributes_says_which_entries_become_attributes() {
    for (list, expected) in [("", "lab.tenant=acme user.paying=true"), ("plan", "plan=gold"), ("none", "")] {
        let running = run(&[("LAB_BAGGAGE_ATTRIBUTES", list)]).await;
        running.get("/hello/you", "baggage: lab.tenant=acme,plan=gold,user.paying=true,other=x").await;
        let (sink, _) = running.stop().await;
        let attributes = sink.attributes();
        let entries = ["lab.tenant", "other", "plan", "user.paying"].into_iter();
        let copied = entries.filter_map(|name| Some(format!("{name}={}", attributes.get(name)?)));
        assert_eq!(copied.collect::<Vec<_>>().join(" "), expected, "{list:?}");
    }
}

#[tokio::test]
async fn lab_redaction_off_lets_spans_leave_as_they_are_and_warns() {
    for (redaction, tenant, warnings) in [("on", "[redacted]", 0), ("off", "ada@example.com", 1)] {
        let running = run(&[("LAB_REDACTION", redaction)]).await;
        running.get("/hello/you", "baggage: lab.tenant=ada@example.com").await;
        let (sink, stopped) = running.stop().await;
        let recorded = sink.attributes().remove("lab.tenant");
        assert_eq!(recorded.as_deref(), Some(tenant), "{} spans, {:#?}", sink.spans(), stopped.log);
        assert_eq!(stopped.at("WARN").len(), warnings);
    }
}

#[tokio::test]
async fn the_resource_is_named_with_the_specified_precedence() {
    let variables =
        [("OTEL_SERVICE_NAME", "first"), ("OTEL_RESOURCE_ATTRIBUTES", "service.name=second,team=blue%20green")];
    let running = run(&variables).await;
    running.get("/hello/you", "x: y").await;
    let (sink, _) = running.stop().await;
    let resource = sink.resource();
    for (key, value) in [
        ("service.name", "first"),
        ("team", "blue green"),
        ("service.version", env!("CARGO_PKG_VERSION")),
        ("deployment.environment.name", "lab"),
        ("telemetry.sdk.language", "rust"),
    ] {
        assert_eq!(resource[key], value, "{key}");
    }
    assert_eq!(resource["service.instance.id"].len(), 36);
}

#[tokio::test]
async fn rust_log_does_not_decide_about_spans() {
    for level in ["off,smallest=info", "trace"] {
        // Several exports happen, so that a span about an export would appear.
        let running = run(&[("RUST_LOG", level), ("OTEL_BSP_SCHEDULE_DELAY", "10")]).await;
        for _ in 0..3 {
            running.get("/hello/you", "x: y").await;
        }
        let (sink, stopped) = running.stop().await;
        assert_eq!(sink.spans(), 3, "at {level}");
        let flushed = stopped.log.last().unwrap()["event"] == "shutdown_report";
        assert_eq!(flushed, level == "trace", "at {level}");
    }
}

#[test]
fn a_bad_environment_is_reported_in_one_go_with_exit_code_64() {
    let variables =
        [("LAB_SMALLEST_HTTP", "many"), ("OTEL_TRACES_SAMPLER", "sometimes"), ("OTEL_TRACES_EXPORTER", "x")];
    let output = Command::new(PROGRAM).env_clear().envs(variables).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), text.lines().count()), (Some(64), 3), "{text}");
    assert!(text.contains("OTEL_TRACES_SAMPLER=\"sometimes\""), "{text}");
}
