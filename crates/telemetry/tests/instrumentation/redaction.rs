//! Tests redaction with secrets in every part of a span that can contain text.

use axum::Router;
use axum::extract::Request;
use axum::routing::get;
use serde_json::json;
use telemetry::http_server::{RequestHook, hooked};
use telemetry::testing::{RecordedSpan, recorder, trace_id};
use telemetry::{KeyValue, span};

use crate::{only, send_request, series};

#[derive(Debug, thiserror::Error)]
#[error("login of ada@example.com failed, password=hunter2")]
struct Refused;

/// A request whose handler and hook record secrets.
async fn careless() -> RecordedSpan {
    recorder();
    let handler = async || {
        span::event(
            "mail to ada@example.com",
            [KeyValue::new("to", "ada@example.com"), KeyValue::new("user.token", 7)],
        );
        span::attribute("db.password", "hunter2");
        span::attribute("auth.required", true);
        span::record_exception(&Refused);
    };
    let hook = |request: &Request| vec![KeyValue::new("note", format!("asked with Bearer {}", request.uri().path()))];
    let routes = hooked(Router::new().route("/hunter2", get(handler)), hook);
    let headers = [("user-agent", "curl/8 (+mailto:ada@example.com)"), ("baggage", "lab.tenant=a@example.org")];
    let response = send_request(routes, "/hunter2?a=token%3Dhunter2", &headers).await;
    only(&trace_id(response.headers()))
}

#[tokio::test]
async fn a_secret_is_taken_out_wherever_it_stands() {
    let span = careless().await;
    for (key, value) in [
        ("note", json!("asked with Bearer [redacted]")),
        ("url.query", json!("a=token%3D[redacted]")),
        ("user_agent.original", json!("curl/8 (+mailto:[redacted])")),
        ("lab.tenant", json!("[redacted]")),
        ("db.password", json!("[redacted]")),
        ("auth.required", json!(true)),
    ] {
        assert_eq!(span.attributes[key], value, "{key}");
    }
    let [mail, exception] = &span.events[..] else { panic!("two events: {:?}", span.events) };
    assert_eq!((mail.name.as_str(), &mail.attributes["to"]), ("mail to [redacted]", &json!("[redacted]")));
    assert_eq!(mail.attributes["user.token"], "[redacted]");
    let message = "login of [redacted] failed, password=[redacted]";
    assert_eq!(exception.attributes["exception.message"], message);
    assert_eq!(span.status, Some(format!("ERROR: {message}")));
    for kind in ["email", "assignment", "authorization", "key"] {
        assert!(series("lab_redacted_total", &[("lab_redacted_kind", kind)]) > Some(0.0), "{kind} is counted");
    }
}

#[tokio::test]
async fn the_name_of_a_span_is_looked_at_as_well() {
    recorder();
    span::root("remind ada@example.com", async {}).await;
    let names: Vec<String> = recorder().spans().into_iter().map(|span| span.name).collect();
    assert!(names.contains(&"remind [redacted]".to_owned()), "{names:?}");
    assert!(!names.iter().any(|name| name.contains("ada")), "{names:?}");
}

#[test]
fn any_function_of_a_request_is_a_hook() {
    let hook = |request: &Request| vec![KeyValue::new("path", request.uri().path().to_owned())];
    let request = Request::builder().uri("/x").body(axum::body::Body::empty()).unwrap();
    assert_eq!(RequestHook::attributes(&hook, &request), [KeyValue::new("path", "/x")]);
}
