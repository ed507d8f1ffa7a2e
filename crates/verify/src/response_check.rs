//! What came back from a step, against what the step expects.

use serde_json::Value;

use crate::finding::Finding;
use crate::response::Response;
use crate::step_response::StepResponse;
use ledger::sampler_state;
use scenario::Check;

/// What is wrong with the reply of Redis or of a socket.
pub(crate) fn in_reply(check: &Check, step: &StepResponse) -> Option<Finding> {
    let (wanted, reply) = (check.answer.as_ref()?, step.reply.as_ref()?);
    (!contains(reply, wanted)).then(|| Finding::Reply { expected: wanted.clone(), got: reply.clone() })
}

/// That no response was the expected one: how many requests were sent, and for how long.
pub(crate) fn given_up(step: &StepResponse) -> Option<Finding> {
    let (requests, waited) = step.given_up?;
    Some(Finding::GaveUp { seconds: waited.as_secs_f64(), requests })
}

/// Whether a response is what a step repeats its request for.
pub(crate) fn is_expected(check: &Check, response: &Response) -> bool {
    in_response(check, response).is_empty() && decided_otherwise(check, response, &StepResponse::default()).is_none()
}

/// What is wrong with the sampler's decision.
pub(crate) fn decided_otherwise(check: &Check, response: &Response, step: &StepResponse) -> Option<Finding> {
    let (trace_id, sampled) = response.trace?;
    let expected = check.sampled.filter(|wanted| *wanted != sampled)?;
    let samplers = sampler_state::of(&step.samplers, [response.part.as_str()]);
    Some(Finding::Sampling { trace_id, expected, samplers })
}

/// What is wrong with a response itself.
pub(crate) fn in_response(check: &Check, response: &Response) -> Vec<Finding> {
    let mut findings = Vec::new();
    let body = || shortened(&response.body);
    let wanted = check.status.unwrap_or(200);
    if response.status != wanted {
        findings.push(Finding::Status { expected: wanted, got: response.status, body: body() });
    }
    if let Some(wanted) = &check.answer {
        let value: Value = serde_json::from_str(&response.body).unwrap_or(Value::Null);
        if !contains(&value, wanted) {
            findings.push(Finding::AnswerLacks { expected: wanted.clone(), body: body() });
        }
    }
    if let Some(wanted) = check.contains.as_ref().filter(|wanted| !response.body.contains(wanted.as_str())) {
        findings.push(Finding::TextLacks { expected: wanted.clone(), body: body() });
    }
    findings
}

/// Whether `body` has every key of `wanted` with that value; values that are no objects are equal or not.
fn contains(body: &Value, wanted: &Value) -> bool {
    match (body, wanted) {
        (Value::Object(body), Value::Object(wanted)) => {
            wanted.iter().all(|(key, value)| body.get(key).is_some_and(|own| contains(own, value)))
        }
        _ => body == wanted,
    }
}

fn shortened(body: &str) -> String {
    let short: String = body.chars().take(200).collect();
    if short.len() < body.len() { format!("{short}…") } else { short }
}

#[cfg(test)]
mod tests {
    use trace_assert::TraceId;

    use super::*;

    fn response(status: u16, sampled: bool) -> Response {
        let trace = Some((TraceId([7; 16]), sampled));
        Response { status, part: "items".to_owned(), trace, caller: None, body: r#"{"a":1,"b":2}"#.to_owned() }
    }

    #[test]
    fn what_was_asked_for_in_vain_is_told_with_how_often_and_how_long() {
        let given_up = Some((600, std::time::Duration::from_millis(30_040)));
        let said = super::given_up(&StepResponse { given_up, ..StepResponse::default() });
        assert_eq!(said.unwrap().to_string(), "given up after 30.0 s and 600 requests");
        assert_eq!(super::given_up(&StepResponse::default()), None);
    }

    #[test]
    fn an_answer_is_expected_when_status_body_and_decision_are() {
        let wanted = serde_json::json!({ "a": 1 });
        let check = Check { answer: Some(wanted), sampled: Some(true), ..Check::default() };
        assert!(is_expected(&check, &response(200, true)));
        assert!(!is_expected(&check, &response(503, true)));
        assert!(!is_expected(&check, &response(200, false)));
        assert!(!is_expected(&Check { answer: Some(serde_json::json!({ "a": 2 })), ..check }, &response(200, true)));
    }
}
