//! Benchmark: checks that the cost of matching is not quadratic in the number of spans.
//!
//! `cargo bench -p trace-assert --bench matching` prints one line per trace shape. It fails if ten times the spans
//! cost more than 13 times the processor time.
//!
//! Both sizes are measured alternately in one process, and the fastest of several rounds counts: other load on the
//! computer makes a round slower, never faster.

use std::{hint::black_box, process::ExitCode, sync::Arc, time::Duration};

use nix::time::ClockId;
use trace_assert::{Expectation, Kind, Labels, Resource, Span, SpanId, Trace, Value};

const SMALL: usize = 1_000;
const LARGE: usize = 10_000;
const LIMIT: f64 = 13.0;
const ROUNDS: usize = 9;

/// A trace shape: its name, the function that builds the trace, and the function that derives the expectation.
type Shape = (&'static str, fn(usize) -> Trace, fn(&Trace) -> Expectation);

const SHAPES: [Shape; 7] = [
    ("wide, every span different", wide, observed),
    ("wide, every second span below another", pairs, observed),
    ("wide, all alike, one line with a count", alike, observed),
    ("wide, matched by a regular expression", wide, loose),
    ("deep, one child each, all alike", chain, observed),
    ("deep, ten children each, every span different", tree, observed),
    ("deep, ten children each, all alike", uniform, observed),
];

#[expect(clippy::print_stdout, reason = "this is the output of the benchmark")]
fn main() -> ExitCode {
    let mut over = false;
    for (name, build, expect) in SHAPES {
        let (small, large) = measure(build, expect);
        let ratio = large.as_secs_f64() / small.as_secs_f64();
        over |= ratio > LIMIT;
        println!("{name:46} {SMALL}: {small:>10.1?}  {LARGE}: {large:>10.1?}  ratio {ratio:5.2} (limit {LIMIT})");
    }
    if over { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Returns the cost of checking one small trace and one large trace, each from its fastest round.
///
/// The small case checks several small traces that together have as many spans as the large one. Every check starts
/// with cold caches, like the check of a trace that has just arrived. The ratio therefore compares the work, not
/// whether a trace fits into the processor caches.
fn measure(build: fn(usize) -> Trace, expect: fn(&Trace) -> Expectation) -> (Duration, Duration) {
    let case = |trace: Trace| (expect(&trace), trace);
    let small: Vec<_> = (0..LARGE / SMALL).map(|_| case(build(SMALL))).collect();
    let large = [case(build(LARGE))];
    let mut other_memory = vec![0_u8; 48 << 20];
    let mut quickest = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        for (cases, quickest) in [&small[..], &large[..]].into_iter().zip(&mut quickest) {
            let mut took = Duration::ZERO;
            for (expectation, trace) in cases {
                other_memory.iter_mut().step_by(64).for_each(|byte| *byte = byte.wrapping_add(1));
                black_box(&mut other_memory);
                took += check(expectation, trace);
            }
            *quickest = took.min(*quickest);
        }
    }
    let [small_ones, large] = quickest;
    (small_ones * u32::try_from(SMALL).unwrap_or(1) / u32::try_from(LARGE).unwrap_or(1), large)
}

fn check(expectation: &Expectation, trace: &Trace) -> Duration {
    let start = processor_time();
    let verdict = black_box(expectation).check(black_box(trace), &Labels::default());
    let took = processor_time() - start;
    assert!(verdict.is_ok(), "the trace meets its own expectation");
    took
}

/// Returns the processor time of this thread, which other processes hardly influence.
fn processor_time() -> Duration {
    ClockId::CLOCK_THREAD_CPUTIME_ID.now().expect("every Unix has a clock for threads").into()
}

fn observed(trace: &Trace) -> Expectation {
    Expectation::from(trace)
}

/// Expects all children with a single line, so that every child has to be compared with it.
fn loose(trace: &Trace) -> Expectation {
    let children = trace.spans.len() - 1;
    let text = format!("items SERVER \"GET /data\"\n  {children} x users CLIENT \"GET\"  url.full~\"/[0-9]+$\"\n");
    text.parse().expect("a tree of two lines")
}

/// Builds a trace whose parents are given by position; with `different`, every span has a distinct `url.full`.
fn spans(count: usize, different: bool, parent: impl Fn(usize) -> usize) -> Trace {
    let resource = |name: &str| Arc::new(Resource { attributes: [("service.name".to_owned(), name.into())].into() });
    let (items, users) = (resource("items"), resource("users"));
    let id = |position: usize| SpanId((position as u64 + 1).to_be_bytes());
    let span = |position: usize| {
        let root = position == 0;
        let attributes = [
            ("http.request.method", Value::from("GET")),
            ("server.port", Value::from(8000)),
            ("url.full", Value::from(format!("http://127.0.0.1/{}", if different { position } else { 0 }))),
        ];
        Span {
            span_id: id(position),
            parent: (!root).then(|| id(parent(position))),
            name: if root { "GET /data" } else { "GET" }.to_owned(),
            kind: if root { Kind::Server } else { Kind::Client },
            start: position as u64,
            end: 2 * count as u64 - position as u64,
            attributes: attributes.map(|(key, value)| (key.to_owned(), value)).into(),
            resource: Arc::clone(if root { &items } else { &users }),
            ..Span::default()
        }
    };
    Trace { spans: (0..count).map(span).collect(), ..Trace::default() }
}

fn wide(count: usize) -> Trace {
    spans(count, true, |_| 0)
}

fn alike(count: usize) -> Trace {
    spans(count, false, |_| 0)
}

fn chain(count: usize) -> Trace {
    spans(count, false, |position| position - 1)
}

fn tree(count: usize) -> Trace {
    spans(count, true, |position| (position - 1) / 10)
}

fn uniform(count: usize) -> Trace {
    spans(count, false, |position| (position - 1) / 10)
}

/// Builds children that differ only in the span below each of them.
fn pairs(count: usize) -> Trace {
    let mut trace = spans(count, true, |position| if position % 2 == 1 { 0 } else { position - 1 });
    for span in trace.spans.iter_mut().skip(1).step_by(2) {
        span.attributes.clear();
    }
    trace
}
