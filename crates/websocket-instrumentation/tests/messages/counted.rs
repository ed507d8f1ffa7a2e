//! Metrics: every message is counted once, whether it succeeds or fails, even if no spans are recorded.

use std::collections::BTreeSet;
use std::fmt;
use std::pin::pin;

use axum::http::HeaderMap;
use futures_util::{SinkExt, StreamExt, sink, stream};
use opentelemetry::trace::noop::NoopTracerProvider;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};
use tokio_tungstenite::tungstenite::Message;
use websocket_instrumentation::{Instrumentation, SCOPE};

/// Returns the name, the error type and the value of each series.
fn series(exporter: &InMemoryMetricExporter) -> BTreeSet<(String, String, u64)> {
    let exported = exporter.get_finished_metrics().unwrap();
    let scope = exported.last().unwrap().scope_metrics().find(|scope| scope.scope().name() == SCOPE).unwrap();
    let mut found = BTreeSet::new();
    for metric in scope.metrics() {
        let AggregatedMetrics::U64(MetricData::Sum(sum)) = metric.data() else { panic!("{metric:?} is no counter") };
        for point in sum.data_points() {
            let error = point.attributes().find(|attribute| attribute.key.as_str() == "error.type");
            let error = error.map(|attribute| attribute.value.to_string()).unwrap_or_default();
            found.insert((metric.name().to_owned(), error, point.value()));
        }
    }
    found
}

#[tokio::test]
async fn every_message_counts_once_and_failures_by_their_type() {
    let exporter = InMemoryMetricExporter::default();
    let provider = SdkMeterProvider::builder().with_periodic_exporter(exporter.clone()).build();
    let builder = Instrumentation::builder().with_meter_provider(&provider);
    let instrumentation = builder.with_tracer_provider(&NoopTracerProvider::new()).build();
    let wrap = || instrumentation.accept(&HeaderMap::new());

    let mut good = pin!(wrap().upgraded(sink::unfold((), |(), _: Message| async { Ok::<_, fmt::Error>(()) })));
    for message in [Message::text("one"), Message::binary(vec![2]), Message::Ping(vec![3].into())] {
        good.send(message).await.unwrap();
    }
    let mut bad = pin!(wrap().upgraded(sink::unfold((), |(), _: Message| async { Err::<(), _>(fmt::Error) })));
    bad.send(Message::text("lost")).await.unwrap_err();

    let messages =
        [Message::text("taken"), Message::text("refused"), Message::Pong(vec![].into())].map(Ok::<_, fmt::Error>);
    let mut incoming = pin!(wrap().upgraded(stream::iter(messages)));
    incoming.next().await.unwrap().unwrap().process(async |_| ()).await;
    incoming.next().await.unwrap().unwrap().try_process(async |_| Err::<(), _>(fmt::Error)).await.unwrap_err();
    drop(incoming.next().await);

    provider.force_flush().unwrap();
    let expected = [
        ("messaging.client.sent.messages", "", 2),
        ("messaging.client.sent.messages", "core::fmt::Error", 1),
        ("messaging.client.consumed.messages", "", 1),
        ("messaging.client.consumed.messages", "core::fmt::Error", 1),
    ];
    let expected = expected.map(|(name, error, count)| (name.to_owned(), error.to_owned(), count));
    assert_eq!(series(&exporter), BTreeSet::from(expected));
}
