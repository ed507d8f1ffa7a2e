//! Planted secrets: no stored span holds one, wherever a text can stand.

use trace_assert::{Span, Title, Trace};

use crate::finding::Finding;
use crate::step_result::StepResult;
use scenario::{Case, Secret, secret};

/// One outcome for each group of secrets of which this play plants any.
pub(crate) fn outcomes(play: &Case, traces: &[Trace]) -> Vec<StepResult> {
    play.secrets.iter().filter_map(|secret| outcome(secret, play, traces)).collect()
}

fn outcome(secret: &Secret, play: &Case, traces: &[Trace]) -> Option<StepResult> {
    let planted: Vec<(&str, String)> =
        secret.planted.iter().filter_map(|text| Some((text.as_str(), secret::place(text, &play.steps)?))).collect();
    let spans = traces.iter().flat_map(|trace| &trace.spans);
    let findings: Vec<Finding> = spans.flat_map(|span| leaks(span, &planted)).collect();
    // A play that plants none of them proves nothing about them, so nothing is said.
    (!planted.is_empty()).then(|| StepResult::plain(&secret.caption, findings))
}

/// Each place of a span that holds a secret, with where the secret was planted, and without the secret.
fn leaks(span: &Span, planted: &[(&str, String)]) -> Vec<Finding> {
    let mut leaks = Vec::new();
    for (place, text) in span.texts() {
        let text = text.to_lowercase();
        for (_, origin) in planted.iter().filter(|(secret, _)| text.contains(&secret.to_lowercase())) {
            leaks.push(Finding::Secret {
                trace_id: span.trace_id,
                span: Title::from(span),
                place: place.clone(),
                origin: origin.clone(),
            });
        }
    }
    leaks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leak_is_said_with_its_span_its_place_and_where_it_was_planted() {
        let attributes = [("note".to_owned(), "a=HUNTER2-Secret&b".into()), ("other".to_owned(), "hunter".into())];
        let span = Span { name: "GET /data".to_owned(), attributes: attributes.into(), ..Span::default() };
        let planted = [("hunter2-secret", "header `cookie` of the step `one`".to_owned())];
        let [leak] = &leaks(&span, &planted)[..] else { panic!("one leak") };
        let leak = leak.to_string();
        assert!(
            leak.ends_with(
                "\"GET /data\": attribute note holds the secret that was planted in header `cookie` of the step `one`"
            ),
            "{leak}"
        );
        assert_eq!(leaks(&Span::default(), &planted), []);
    }
}
