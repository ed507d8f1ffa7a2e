//! Planted secrets: no stored span holds one, wherever a text can stand.

use credentials::spellings;
use trace_assert::{Span, Title, Trace};

use crate::finding::Finding;
use crate::problem::Problem;
use crate::step_result::StepResult;
use scenario::secret::{self, Origin};
use scenario::{Case, Secret};

/// One result for each group of secrets of which this case plants any.
pub(crate) fn results(case: &Case, traces: &[Trace]) -> Vec<StepResult> {
    case.secrets.iter().filter_map(|secret| result(secret, case, traces)).collect()
}

fn result(secret: &Secret, case: &Case, traces: &[Trace]) -> Option<StepResult> {
    let find = |text: &String| Some(Planted::new(text, secret::origin(text, &case.steps)?));
    let planted: Vec<Planted> = secret.planted.iter().filter_map(find).collect();
    let spans = traces.iter().flat_map(|trace| &trace.spans);
    let findings: Vec<Finding> = spans.flat_map(|span| leaks(span, &planted)).collect();
    // A case that plants none of them proves nothing about them, so it has no result.
    (!planted.is_empty()).then(|| StepResult::plain(&secret.caption, findings))
}

/// A secret in each spelling to search for, and where it was planted.
struct Planted {
    spellings: Vec<String>,
    origin: Origin,
}

impl Planted {
    fn new(text: &str, origin: Origin) -> Self {
        let mut spellings = spellings(text);
        // A decoded secret can be so short that a span contains it by chance.
        spellings.retain(|spelling| spelling.chars().count() >= secret::LEAST);
        Self { spellings, origin }
    }

    #[expect(clippy::disallowed_methods, reason = "the text of a service is searched for a secret of the scenario")]
    fn is_in(&self, spellings: &[String]) -> bool {
        spellings.iter().any(|text| self.spellings.iter().any(|own| text.contains(own)))
    }
}

/// Each place of a span that contains a secret, as it was planted or in another spelling. A finding does not contain
/// the secret.
fn leaks(span: &Span, planted: &[Planted]) -> Vec<Finding> {
    let texts = span.texts().into_iter().map(|(place, text)| (place, spellings(&text)));
    let leaks = texts.flat_map(|(place, text)| {
        let leaked = planted.iter().filter(move |secret| secret.is_in(&text));
        leaked.map(move |secret| Problem::Secret {
            span: Title::from(span),
            place: place.clone(),
            origin: secret.origin.clone(),
        })
    });
    leaks.map(|problem| Finding::about(span.trace_id, problem)).collect()
}

#[cfg(test)]
mod tests {
    use scenario::secret::Carrier;

    use super::*;

    fn origin() -> Origin {
        Origin { carrier: Carrier::Header { name: "cookie".to_owned() }, step: "one".to_owned() }
    }

    #[test]
    fn a_leak_is_said_with_its_span_its_place_and_where_it_was_planted() {
        let attributes = [("note".to_owned(), "a=HUNTER2-Secret&b".into()), ("other".to_owned(), "hunter".into())];
        let span = Span { name: "GET /data".to_owned(), attributes: attributes.into(), ..Span::default() };
        let planted = [Planted::new("hunter2-secret", origin())];
        let [leak] = &leaks(&span, &planted)[..] else { panic!("one leak") };
        let Problem::Secret { span, place, origin } = &leak.problem else { panic!("{leak}") };
        let expected = ("GET /data", "attribute note", &self::origin());
        assert_eq!((span.name.as_str(), place.as_str(), origin), expected);
        assert_eq!(leaks(&Span::default(), &planted), []);
    }

    #[test]
    fn a_leak_is_found_in_each_spelling() {
        for (secret, text, is_leak) in [
            ("ada@example.com", "?q=Ada%40Example.com", true),
            ("ada@example.com", "?q=Ada%2540Example.com", true),
            ("ada%40example.com", "mail to ada@example.com", true),
            ("100%41secret", "the 100%41secret", true),
            // Decoded, it is too short.
            ("%41%42%43", "the abc", false),
            ("ada@example.com", "ada%20example.com", false),
        ] {
            let span = Span { name: text.to_owned(), ..Span::default() };
            let planted = [Planted::new(secret, origin())];
            assert_eq!(!leaks(&span, &planted).is_empty(), is_leak, "{secret} in {text}");
        }
    }
}
