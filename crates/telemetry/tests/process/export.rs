//! Tests the export over http/protobuf, and the counters for spans that are not exported.

use std::net::TcpListener;

use telemetry::testing::refusing_peer::refusing_peer;

use crate::run;

const ALL: [&str; 6] = ["started", "ended", "processed", "dropped", "exported", "failed"];

#[tokio::test]
async fn spans_and_metrics_arrive_and_the_figures_balance() {
    let running = run(&[]).await;
    for _ in 0..3 {
        running.get("/hello/you", "x: y").await;
    }
    let (sink, stopped) = running.stop().await;
    assert!(stopped.status.success());
    assert_eq!(stopped.figures(ALL), [3, 3, 3, 0, 3, 0]);
    assert_eq!((stopped.figure("live"), stopped.figure("unsampled")), (0, 0));
    assert_eq!((sink.spans(), sink.names()), (3, vec!["GET /hello/{name}".to_owned(); 3]));
    for name in [
        "http.server.request.duration",
        "http_calls",
        "otel.sdk.span.started",
        "otel.sdk.span.live",
        "otel.sdk.processor.span.processed",
        "otel.sdk.exporter.span.exported",
    ] {
        assert!(sink.metrics().contains(name), "{name} is not in {:?}", sink.metrics());
    }
}

#[tokio::test]
async fn a_log_line_has_the_ids_of_the_request_it_was_written_in() {
    let running = run(&[]).await;
    let ids = running.get("/hello/you", "x: y").await.unwrap();
    let (_, stopped) = running.stop().await;
    let line = stopped.log.iter().find(|line| line["message"] == "greeting").unwrap();
    let written = format!("00-{}-{}-01", line["trace_id"].as_str().unwrap(), line["span_id"].as_str().unwrap());
    assert_eq!((written, line["length"].as_u64(), line["level"].as_str()), (ids, Some(3), Some("INFO")));
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");
    assert_eq!(stopped.log[0]["trace_id"], serde_json::Value::Null, "outside a span there are no ids");
}

#[tokio::test]
async fn spans_that_find_the_queue_full_are_counted_and_announced() {
    let running = run(&[("OTEL_BSP_MAX_QUEUE_SIZE", "1"), ("OTEL_BSP_SCHEDULE_DELAY", "3600000")]).await;
    running.get("/burst/500", "x: y").await;
    let metrics = running.admin("/metrics").await;
    let dropped = |line: &&str| {
        line.starts_with("otel_sdk_processor_span_processed_total{") && line.contains(r#"error_type="queue_full""#)
    };
    let dropped: u64 = metrics.lines().find(dropped).unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    assert!(dropped > 0, "{metrics}");

    let (sink, stopped) = running.stop().await;
    assert!(stopped.figure("dropped") >= dropped);
    let [started, ended, processed, dropped, exported, failed] = stopped.figures(ALL);
    assert_eq!((started, ended, failed), (501, 501, 0));
    assert_eq!(ended, processed + dropped);
    assert_eq!((processed, exported), (exported, sink.spans() as u64));
    assert!(stopped.at("WARN").iter().any(|line| line["target"] == "opentelemetry_sdk"), "{:#?}", stopped.log);
}

#[tokio::test]
async fn spans_that_cannot_be_delivered_are_counted_as_failed_and_announced_once() {
    let endpoint = format!("http://{}", refusing_peer());
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1")];
    let running = run(&variables).await;
    running.get("/hello/you", "x: y").await;
    running.get("/hello/you", "x: y").await;
    let (sink, stopped) = running.stop().await;
    assert!(stopped.status.success(), "a collector that is away is no reason to fail");
    assert_eq!(stopped.figures(ALL), [2, 2, 2, 0, 0, 2]);
    assert_eq!(sink.spans(), 0);
    let announced = |line: &&&serde_json::Value| line["message"] == "spans could not be exported and are lost";
    assert_eq!(stopped.at("WARN").iter().filter(announced).count(), 1);
}

#[tokio::test]
async fn a_flush_that_is_cut_off_does_not_call_itself_one() {
    // The kernel accepts the connections, but no process reads from them.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "100"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1"),
        ("OTEL_BSP_SCHEDULE_DELAY", "3600000"),
        ("OTEL_METRICS_EXPORTER", "none"),
    ];
    let running = run(&variables).await;
    running.get("/burst/20", "x: y").await;
    let (_, stopped) = running.stop().await;
    // It is not always the last line: the exporting thread can still log its failure.
    let last = stopped.at("WARN").into_iter().find(|line| line["message"] == "telemetry not flushed in time").unwrap();
    assert_eq!((&last["ended"], &last["exported"]), (&21.into(), &0.into()));
    assert!(last["failed"].as_u64() < Some(21), "some are still under way: {last}");
}

#[tokio::test]
async fn what_has_ended_is_shown_while_the_process_runs() {
    let running = run(&[("OTEL_BSP_SCHEDULE_DELAY", "10")]).await;
    let ids = running.get("/hello/you", "x: y").await.unwrap();
    // The span ended before the response was sent, so no wait is necessary.
    let page: serde_json::Value = serde_json::from_str(&running.admin("/spans").await).unwrap();
    assert_eq!((&page["ended"], &page["live"], &page["service"]), (&1.into(), &0.into(), &"smallest".into()));
    let span = &page["spans"][0];
    let shown = format!("00-{}-{}-01", span["trace_id"].as_str().unwrap(), span["span_id"].as_str().unwrap());
    assert_eq!(shown, ids);
    let (sink, _) = running.stop().await;
    assert_eq!(sink.resource()["service.instance.id"], page["instance"].as_str().unwrap());
}

#[tokio::test]
async fn series_that_the_ledger_needs_are_there_before_the_first_span() {
    let running = run(&[]).await;
    let metrics = running.admin("/metrics").await;
    for zero in ["otel_sdk_span_live{", "otel_sdk_exporter_span_exported_total{"] {
        let line = metrics.lines().find(|line| line.starts_with(zero));
        assert!(line.is_some_and(|line| line.ends_with(" 0")), "{zero} is not 0 in\n{metrics}");
    }
    running.stop().await;
}
