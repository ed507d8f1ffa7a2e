//! What came back from a step, against what the step expects.

use serde_json::Value;

use crate::problem::Problem;
use crate::response::Response;
use crate::step_response::StepResponse;
use ledger::sampler_state;
use scenario::Check;

/// Whether a step's response is what the step repeats its request for.
pub(crate) fn is_expected(check: &Check, step: &StepResponse) -> bool {
    let is_right =
        |response| check_response(check, response).is_empty() && decided_otherwise(check, response, step).is_none();
    check_reply(check, step).is_none() && step.responses.iter().all(is_right)
}

/// What is wrong with the reply of Redis or of a WebSocket.
pub(crate) fn check_reply(check: &Check, step: &StepResponse) -> Option<Problem> {
    let (expected, (part, got)) = (check.answer.as_ref()?, step.reply.clone()?);
    (!contains(&got, expected)).then(|| Problem::Reply { part, expected: expected.clone(), got })
}

/// What is wrong with the sampler's decision.
pub(crate) fn decided_otherwise(check: &Check, response: &Response, step: &StepResponse) -> Option<Problem> {
    let (_, sampled) = response.trace?;
    let expected = check.sampled.filter(|expected| *expected != sampled)?;
    Some(Problem::Sampling {
        expected,
        samplers: sampler_state::select_parts(&step.samplers, [response.part.as_str()]),
    })
}

/// What is wrong with a response itself.
pub(crate) fn check_response(check: &Check, response: &Response) -> Vec<Problem> {
    let (part, body) = (|| response.part.clone(), || shortened(&response.body));
    let (expected, got) = (check.status.unwrap_or(200), response.status);
    let status = (got != expected).then(|| Problem::Status { part: part(), expected, got, body: body() });
    let json: Value = serde_json::from_str(&response.body).unwrap_or(Value::Null);
    let answer = check.answer.as_ref().filter(|expected| !contains(&json, expected));
    let answer = answer.map(|expected| Problem::AnswerLacks { part: part(), expected: expected.clone(), body: body() });
    #[expect(clippy::disallowed_methods, reason = "the scenario's own `contains` check")]
    let text = check.contains.as_ref().filter(|expected| !response.body.contains(expected.as_str()));
    let text = text.map(|expected| Problem::TextLacks { part: part(), expected: expected.clone(), body: body() });
    status.into_iter().chain(answer).chain(text).collect()
}

/// Whether `body` has every key of `expected` with that value; other values must be equal.
fn contains(body: &Value, expected: &Value) -> bool {
    match (body, expected) {
        (Value::Object(body), Value::Object(expected)) => {
            expected.iter().all(|(key, value)| body.get(key).is_some_and(|own| contains(own, value)))
        }
        _ => body == expected,
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
    fn an_answer_is_expected_when_status_body_and_decision_are() {
        let answer = |value: u8| Some(serde_json::json!({ "a": value }));
        let check = Check { answer: answer(1), sampled: Some(true), ..Check::default() };
        let is_expected = |check: &Check, response| {
            is_expected(check, &StepResponse { responses: vec![response], ..StepResponse::default() })
        };
        assert!(is_expected(&check, response(200, true)));
        assert!(!is_expected(&check, response(503, true)));
        assert!(!is_expected(&check, response(200, false)));
        assert!(!is_expected(&Check { answer: answer(2), ..check }, response(200, true)));
    }

    #[test]
    fn a_reply_is_expected_when_it_is_equal() {
        let step =
            |reply: u8| StepResponse { reply: Some(("redis".to_owned(), reply.into())), ..StepResponse::default() };
        let check = Check { answer: Some(1.into()), ..Check::default() };
        assert!(is_expected(&check, &step(1)) && !is_expected(&check, &step(2)));
    }
}
