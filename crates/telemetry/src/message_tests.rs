//! Snapshots of the messages of this crate. Read the files in `snapshots/` when a message changes.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use http::StatusCode;
use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_sdk::error::OTelSdkError;
use tower::ServiceExt as _;

use crate::abort_requests::AbortRequests;
use crate::environment::Environment;
use crate::http_server::CapturedHeaders;
use crate::limits::{Limits, limited};
use crate::messaging::{MESSAGE_LIMIT, Malformed, WebSocketTracing, read_object};
use crate::problem::Problem;
use crate::{Defect, InitError, ListenError, Settings, TimeoutFactor, bind, error_chain, http_client, query};

/// An invalid value for each variable of this crate that is validated, and for each kind of value.
const INVALID: [(&str, &str); 22] = [
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
    ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"),
    ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/json"),
    ("OTEL_SDK_DISABLED", "1"),
    ("OTEL_TRACES_EXPORTER", "zipkin"),
    ("OTEL_METRICS_EXPORTER", "prometheus"),
    ("OTEL_TRACES_SAMPLER", "sometimes"),
    ("LAB_BAGGAGE_ATTRIBUTES", "lab.tenant,api-key"),
    ("LAB_REDACTION", "no"),
    ("OTEL_RESOURCE_ATTRIBUTES", "no-equals-sign"),
    ("RUST_LOG", "==="),
    ("OTEL_EXPORTER_OTLP_TIMEOUT", "0"),
    ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "1s"),
    ("LAB_TIMEOUT_FACTOR", "0"),
    ("LAB_DEFECT", "bare-span"),
    ("LAB_WS_INSTRUMENTATION", "both"),
    ("OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS", "x-tag,authorization"),
    ("LAB_LISTEN", "here"),
    ("PORT", "70000"),
    ("INTEGER", "1001"),
    ("SECONDS", "-1"),
    ("CHOICE", "maybe"),
];

fn invalid_settings(variables: &[(&str, &str)]) -> String {
    let environment: Environment = variables.iter().copied().collect();
    let mut parser = environment.parser();
    drop(Settings::read(&mut parser));
    let _ = (TimeoutFactor::read(&mut parser), WebSocketTracing::read(&mut parser));
    let _ = Defect::read(&mut parser, &[Defect::GarbledPayload, Defect::NoContext]);
    drop(CapturedHeaders::read(&mut parser));
    let _ = (parser.listen("PORT", 8000), parser.integer("INTEGER", 20, 1..=1000));
    let _ = parser.seconds("SECONDS", std::time::Duration::from_secs(1));
    let _ = parser.one_of("CHOICE", true, &[("yes", true), ("no", false)]);
    parser.finish().unwrap_err().to_string()
}

#[test]
fn settings_errors() {
    let remote =
        |argument| invalid_settings(&[("OTEL_TRACES_SAMPLER", "jaeger_remote"), ("OTEL_TRACES_SAMPLER_ARG", argument)]);
    let others = [
        invalid_settings(&[("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "1.5")]),
        remote("endpoint=here"),
        invalid_settings(&[("OTEL_TRACES_SAMPLER", "jaeger_remote"), ("LAB_JAEGER_SAMPLING_HTTP", "none")]),
        invalid_settings(&[("OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS", "two words")]),
    ];
    let all = invalid_settings(&INVALID);
    assert_eq!(all.lines().count(), INVALID.len(), "{all}");
    insta::assert_snapshot!([all].into_iter().chain(others).collect::<Vec<_>>().join("\n"));
}

/// The name of a variant. Add a new variant to `start_errors`, too.
fn init_error(error: &InitError) -> &'static str {
    match error {
        InitError::Exporter(_) => "Exporter",
        InitError::HttpClient(_) => "HttpClient",
        InitError::Prometheus(_) => "Prometheus",
        InitError::View { .. } => "View",
        InitError::Sampler(_) => "Sampler",
        InitError::Subscriber(_) => "Subscriber",
    }
}

#[tokio::test]
async fn start_errors() {
    let subscriber = || tracing::subscriber::set_global_default(tracing::subscriber::NoSubscriber::new());
    let _first = subscriber();
    let errors = [
        ExporterBuildError::InvalidConfiguration("OTEL_EXPORTER_OTLP_ENDPOINT: invalid URI".to_owned()).into(),
        reqwest_error().into(),
        OTelSdkError::AlreadyShutdown.into(),
        InitError::View { instrument: "lab.users.served", reason: "the boundaries are not ascending".to_owned() },
        InitError::Sampler("the endpoint is not a URI".to_owned()),
        subscriber().unwrap_err().into(),
    ];
    let mut lines: Vec<String> =
        errors.iter().map(|error| format!("InitError::{}: {}", init_error(error), error_chain(error))).collect();
    let in_use = bind(([127, 0, 0, 1], 0).into()).await.unwrap();
    let address = in_use.local_addr().unwrap();
    let error: ListenError = bind(address).await.unwrap_err();
    lines.push(format!("ListenError: {}", error_chain(&error)).replace(&address.to_string(), "127.0.0.1:8000"));
    insta::assert_snapshot!(lines.join("\n"));
}

fn reqwest_error() -> reqwest::Error {
    reqwest::Client::new().get("::").build().unwrap_err().without_url()
}

/// The name of a variant. Add a new variant to `request_and_message_errors`, too.
fn http_error(error: &http_client::Error) -> &'static str {
    match error {
        http_client::Error::Url(_) => "Url",
        http_client::Error::Connect(_) => "Connect",
        http_client::Error::Timeout(_) => "Timeout",
        http_client::Error::Transport(_) => "Transport",
        http_client::Error::TooLarge => "TooLarge",
        http_client::Error::Status(_) => "Status",
        http_client::Error::Decode(_) => "Decode",
    }
}

/// The name of a variant. Add a new variant to `request_and_message_errors`, too.
fn malformed(error: &Malformed) -> &'static str {
    match error {
        Malformed::TooLarge(_) => "TooLarge",
        Malformed::NotJson(_) => "NotJson",
        Malformed::NotAnObject => "NotAnObject",
    }
}

#[test]
fn request_and_message_errors() {
    let http = [
        http_client::Error::Url("users:8000".to_owned()),
        http_client::Error::Connect(reqwest_error()),
        http_client::Error::Timeout(reqwest_error()),
        http_client::Error::Transport(reqwest_error()),
        http_client::Error::TooLarge,
        http_client::Error::Status(StatusCode::BAD_GATEWAY),
        http_client::Error::Decode(serde_json::from_str::<u8>("x").unwrap_err()),
    ];
    let messages = [&vec![b' '; MESSAGE_LIMIT + 1], &b"{"[..], b"[1]"].map(|message| read_object(message).unwrap_err());
    // Without the causes: the status of a span contains only the message.
    let http = http.iter().map(|error| format!("http_client::Error::{}: {error}", http_error(error)));
    let messages = messages.iter().map(|error| format!("Malformed::{}: {error}", malformed(error)));
    insta::assert_snapshot!(http.chain(messages).collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn problems() {
    let limits = Limits { body: 10, time: std::time::Duration::from_millis(1) };
    let routes = Router::new().route("/", post(async || ())).route("/slow", get(std::future::pending::<()>));
    let limited = limited(routes, limits);
    let large = Request::post("/").header("content-length", "11").body(Body::empty()).unwrap();
    let slow = Request::get("/slow").body(Body::empty()).unwrap();
    let abort = AbortRequests::default();
    let aborted = abort.over(Router::new().route("/", get(std::future::pending::<()>)));
    abort.now();
    let count = query::integer(&vec![("count".to_owned(), "ten".to_owned())], "count", 20, 1..=1000).unwrap_err();
    let responses = [
        limited.clone().oneshot(large).await.unwrap(),
        limited.oneshot(slow).await.unwrap(),
        aborted.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap(),
        count.into_response(),
        Problem::new(StatusCode::NOT_FOUND).into_response(),
    ];
    let mut lines = Vec::new();
    for response in responses {
        let body = to_bytes(response.into_body(), 1024).await.unwrap();
        lines.push(String::from_utf8_lossy(&body).into_owned());
    }
    insta::assert_snapshot!(lines.join("\n"));
}
