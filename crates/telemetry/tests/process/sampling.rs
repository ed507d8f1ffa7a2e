//! Tests head sampling across processes: equal decisions in every service, by baggage, and by Jaeger's strategy.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::routing::get;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::time::{interval, timeout};

use crate::{Running, run};

/// The timeout until a new strategy takes effect.
const TIMEOUT: Duration = Duration::from_secs(10);

async fn is_sampled(running: &Running, header: &str) -> bool {
    running.get("/hello/you", header).await.unwrap().ends_with("-01")
}

#[tokio::test]
async fn two_services_decide_alike_about_the_same_trace_ids() {
    let ratio = [("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.5")];
    let services = [run(&ratio).await, run(&[ratio[0], ratio[1], ("OTEL_SERVICE_NAME", "other")]).await];
    let mut kept = 0;
    for number in 0..64_u64 {
        // The IDs are evenly distributed over the bits that the sampler compares. The flag is the opposite of the
        // expected decision.
        let (low, flag) = (number << 58, if number < 32 { "00" } else { "01" });
        let header = format!("traceparent: 00-{:016x}{low:016x}-00f067aa0ba902b7-{flag}", number + 1);
        let decided = [is_sampled(&services[0], &header).await, is_sampled(&services[1], &header).await];
        assert_eq!(decided[0], decided[1], "{header}");
        kept += usize::from(decided[0]);
    }
    assert_eq!(kept, 32);
}

#[tokio::test]
async fn a_trace_is_kept_because_the_request_says_that_the_user_pays() {
    let running = run(&[("OTEL_TRACES_SAMPLER", "parentbased_lab_paying")]).await;
    assert!(is_sampled(&running, "baggage: user.paying=true").await);
    assert!(!is_sampled(&running, "baggage: user.paying=false").await);
    assert!(!is_sampled(&running, "baggage: user.paying=maybe").await);
    assert!(!is_sampled(&running, "x: y").await);
    let (sink, stopped) = running.stop().await;
    assert_eq!(stopped.figures(["started", "unsampled", "exported"]), [4, 3, 1]);
    assert_eq!(sink.attributes()["lab.sampler.rule"], "user.paying");
}

/// A server that returns strategies like Jaeger v2 and stores the query of the last request.
#[derive(Clone, Default)]
struct Jaeger {
    rate: Arc<Mutex<f64>>,
    query: Arc<Mutex<Option<String>>>,
}

impl Jaeger {
    async fn start(&self) -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let endpoint = format!("http://{}/sampling", listener.local_addr().unwrap());
        let routes = Router::new().route("/sampling", get(strategy)).with_state(self.clone());
        tokio::spawn(async { axum::serve(listener, routes).await });
        endpoint
    }
}

async fn strategy(State(jaeger): State<Jaeger>, RawQuery(query): RawQuery) -> String {
    *jaeger.query.lock().unwrap() = query;
    let rate = *jaeger.rate.lock().unwrap();
    format!(r#"{{"strategyType":0,"probabilisticSampling":{{"samplingRate":{rate}}}}}"#)
}

/// The body of `/sampler` of the admin listener.
async fn sampler_page(running: &Running) -> Value {
    serde_json::from_str(&running.admin("/sampler").await).unwrap()
}

async fn served(running: &Running) -> f64 {
    sampler_page(running).await["served"]["probabilisticSampling"]["samplingRate"].as_f64().unwrap()
}

async fn until(running: &Running, sampled: bool) {
    let become_so = async {
        let mut ticks = interval(Duration::from_millis(10));
        while is_sampled(running, "x: y").await != sampled {
            ticks.tick().await;
        }
    };
    timeout(TIMEOUT, become_so).await.unwrap_or_else(|_| panic!("it does not become {sampled}"));
}

#[tokio::test]
async fn a_running_service_follows_the_strategy_that_jaeger_answers() {
    let jaeger = Jaeger::default();
    let argument = format!("endpoint={},pollingIntervalMs=20,initialSamplingRate=1", jaeger.start().await);
    let sampler = [("OTEL_TRACES_SAMPLER", "parentbased_jaeger_remote"), ("OTEL_TRACES_SAMPLER_ARG", &argument)];
    let running = run(&sampler).await;
    until(&running, false).await;
    assert_eq!(served(&running).await, 0.0);
    *jaeger.rate.lock().unwrap() = 1.0;
    until(&running, true).await;
    assert_eq!(served(&running).await, 1.0);
    assert_eq!(jaeger.query.lock().unwrap().as_deref(), Some("service=smallest"));
    assert!(!is_sampled(&running, "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00").await);
    let (_, stopped) = running.stop().await;
    let changes = stopped.log.iter().filter(|line| line["message"] == "the sampling strategy has changed").count();
    assert_eq!(changes, 2);
}

#[tokio::test]
async fn without_an_answer_the_initial_rate_holds() {
    let argument = "endpoint=http://127.0.0.1:9/sampling,pollingIntervalMs=1,initialSamplingRate=1";
    let running = run(&[("OTEL_TRACES_SAMPLER", "jaeger_remote"), ("OTEL_TRACES_SAMPLER_ARG", argument)]).await;
    assert!(is_sampled(&running, "x: y").await);
    let page = sampler_page(&running).await;
    assert_eq!(
        (&page["sampler"], &page["argument"], &page["served"]),
        (&"jaeger_remote".into(), &argument.into(), &Value::Null)
    );
    let (sink, _) = running.stop().await;
    assert_eq!(sink.spans(), 1);
}
