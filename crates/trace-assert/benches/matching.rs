//! Shows that matching is not quadratic: ten times the spans may cost at most 13 times as much.
//!
//! `cargo bench -p trace-assert --bench matching` prints a line for each shape of trace and fails if one is over.
//! Both sizes are measured in one process, turn by turn, and the quickest of several rounds counts: what else the
//! machine does makes rounds slower, never quicker.

use std::{hint::black_box, process::ExitCode, sync::Arc, time::Duration};

use nix::time::ClockId;
use trace_assert::{Expectation, Kind, Labels, Resource, Span, SpanId, Trace, Value};

const SMALL: usize = 1_000;
const LARGE: usize = 10_000;
const LIMIT: f64 = 13.0;
const ROUNDS: usize = 9;

/// A shape: its name, how it is built, and how it is expected.
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

/// The cost of a small trace and of a large one, each from its quickest round.
///
/// The small ones are as many as make up the large one, and every check begins with cold caches, as for a trace that
/// has just come in: what is compared is the work, not whether a trace fits into the processor's caches.
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

/// The time that this thread was on a processor: other work on the machine counts little.
fn processor_time() -> Duration {
    ClockId::CLOCK_THREAD_CPUTIME_ID.now().expect("every Unix has a clock for threads").into()
}

fn observed(trace: &Trace) -> Expectation {
    Expectation::from(trace)
}

/// One line for all children, which each must be tried on.
fn loose(trace: &Trace) -> Expectation {
    let children = trace.spans.len() - 1;
    let text = format!("items SERVER \"GET /data\"\n  {children} x users CLIENT \"GET\"  url.full~\"/[0-9]+$\"\n");
    text.parse().expect("a tree of two lines")
}

/// Spans whose parents are given by position, each with an attribute of its own if `different`.
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

/// Children that are all alike but for what is below them.
fn pairs(count: usize) -> Trace {
    let mut trace = spans(count, true, |position| if position % 2 == 1 { 0 } else { position - 1 });
    for span in trace.spans.iter_mut().skip(1).step_by(2) {
        span.attributes.clear();
    }
    trace
}
