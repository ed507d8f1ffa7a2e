//! Broken traces of every kind cause no panic, endless loop or stack overflow.

use proptest::{collection::vec, option, prelude::*, sample::select};
use trace_assert::{
    Expectation, Kind, Labels, Link, Span, SpanId, Trace,
    invariants::{self, Options},
    render,
};

use crate::build::{COLD, id};

prop_compose! {
    /// Generates spans with random parents and links: cycles, orphans, duplicates and several roots. There are few
    /// names, so many spans look alike.
    fn wreck()(
        tame in any::<bool>(),
        spans in vec((
            (1..6_u8, option::of(0..7_u8), vec(0..7_u8, 0..3)),
            (select(&["GET", "SET"][..]), select(&[Kind::Client, Kind::Server][..]), 0..9_u64, 0..9_u64),
        ), 0..12),
    ) -> Trace {
        let id = |id: u8| SpanId([id; 8]);
        let link = |to: u8| Link { span_id: id(to), ..Link::default() };
        let spans = spans.into_iter().zip(1_u8..).map(|(((own, parent, links), (name, kind, start, end)), number)| Span {
            // If `tame`, the spans form a tree: their IDs are unique, and parents come before their children.
            span_id: id(if tame { number } else { own }),
            parent: if tame { (number > 1).then(|| id(1 + own % (number - 1))) } else { parent.map(id) },
            links: links.into_iter().map(link).collect(),
            name: name.to_owned(),
            kind,
            start,
            end,
            ..Span::default()
        });
        Trace { spans: spans.collect(), ..Trace::default() }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_trace_is_judged_rendered_and_printed(trace in wreck(), other in wreck()) {
        let expected: Expectation = COLD.parse().expect("the expectation of a test is one");
        prop_assert!(expected.check(&trace, &Labels::default()).is_err());
        prop_assert_eq!(render::waterfall(&trace, 80).lines().count(), trace.spans.len());
        invariants::check(&trace, &Options::default());
        let pieces = Expectation::from_each_root(&trace);
        prop_assert_eq!(pieces.len(), trace.roots().len());
        let observed = Expectation::from(&trace);
        let text = observed.to_string();
        if !trace.spans.is_empty() {
            prop_assert_eq!(text.parse::<Expectation>(), Ok(observed.clone()));
        }
        let verdict = observed.check(&trace, &Labels::default());
        prop_assert_eq!(verdict.is_ok(), trace.roots().len() <= 1, "{}", text);
        if let Err(mismatch) = observed.check(&other, &Labels::default()) {
            prop_assert!(!mismatch.sentence().is_empty());
            prop_assert!(mismatch.lines().iter().any(|line| line.mark.prefix() != "  "), "{}", mismatch);
        }
    }
}

fn deep(levels: u64) -> Trace {
    let spans = (1..=levels).map(|level| Span {
        span_id: id(level),
        parent: (level > 1).then(|| id(level - 1)),
        name: "step".to_owned(),
        start: level,
        end: 2 * levels - level,
        ..Span::default()
    });
    Trace { spans: spans.collect(), ..Trace::default() }
}

#[test]
fn ten_thousand_levels_do_not_overflow_the_stack() {
    let trace = deep(10_000);
    let observed = Expectation::from(&trace);
    assert_eq!(observed.check(&trace, &Labels::default()), Ok(Labels::default()));
    let mut other = trace.clone();
    other.spans[9_999].name = "stop".to_owned();
    let mismatch = observed.check(&other, &Labels::default()).expect_err("the last level differs");
    assert_eq!(mismatch.sentence(), r#""" INTERNAL "step": name expected "step", got "stop""#);
    assert_eq!(render::waterfall(&trace, 80).lines().count(), 10_000);
    assert_eq!(invariants::check(&trace, &Options::default()).len(), 10_000, "no span has a service");
}

#[test]
fn a_thousand_levels_are_printed_and_read_back() {
    let observed = Expectation::from(&deep(1_000));
    assert_eq!(observed.to_string().parse().as_ref(), Ok(&observed));
}

#[test]
fn a_count_that_is_absurd_is_a_wrong_count() {
    let expected = format!("a SERVER \"r\"\n  {} x a CLIENT \"x\"\n  {} x a CLIENT \"x\"", usize::MAX, usize::MAX);
    let expected: Expectation = expected.parse().expect("the expectation of a test is one");
    let trace = crate::build::server("a", "r").child(crate::build::client("a", "x")).trace();
    assert!(expected.check(&trace, &Labels::default()).is_err());
}
