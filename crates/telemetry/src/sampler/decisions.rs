//! Tests the decision table of every sampler: the decision depends on the parent and on the attributes that exist
//! when the span starts.

use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{
    Span as _, SpanContext, SpanId, SpanKind, TraceContextExt as _, TraceFlags, TraceId, TraceState, Tracer as _,
    TracerProvider as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, SamplingResult, SdkTracerProvider, ShouldSample};

use super::head::HeadSampler;
use super::kind::{Root, SamplerKind};
use crate::attributes::{LAB_SAMPLER_RULE, USER_PAYING};

/// A parent span: sampled or not, in another process or in this one.
#[derive(Clone, Copy)]
struct Parent {
    sampled: bool,
    remote: bool,
}

const PARENTS: [Option<Parent>; 5] = [
    None,
    Some(Parent { sampled: true, remote: true }),
    Some(Parent { sampled: false, remote: true }),
    Some(Parent { sampled: true, remote: false }),
    Some(Parent { sampled: false, remote: false }),
];

/// A trace ID at the fraction `part` (0 to 1) of the range of the 63 bits that the ratio sampler compares.
fn trace_id(part: f64) -> TraceId {
    let low = (part * (1_u64 << 63) as f64) as u64;
    TraceId::from(u128::from(low) << 1 | 1 << 100)
}

fn context(parent: Parent) -> Context {
    let flags = if parent.sampled { TraceFlags::SAMPLED } else { TraceFlags::default() };
    let state: TraceState = "vendor=7".parse().unwrap();
    Context::new().with_remote_span_context(SpanContext::new(
        trace_id(0.5),
        SpanId::from(1),
        flags,
        parent.remote,
        state,
    ))
}

fn decide(sampler: &dyn ShouldSample, parent: Option<Parent>, id: TraceId, paying: bool) -> SamplingResult {
    let attributes = [KeyValue::new(USER_PAYING, paying)];
    let parent = parent.map(context);
    sampler.should_sample(parent.as_ref(), id, "GET /data", &SpanKind::Server, &attributes, &[])
}

fn sampler(parent_based: bool, root: Root) -> Box<dyn ShouldSample> {
    HeadSampler::new(SamplerKind { parent_based, root }).build("items").unwrap()
}

/// For each of [`PARENTS`], whether the span is sampled.
fn samples(sampler: &dyn ShouldSample, paying: bool) -> [bool; 5] {
    PARENTS.map(|parent| decide(sampler, parent, trace_id(0.5), paying).decision == SamplingDecision::RecordAndSample)
}

#[test]
fn a_parent_based_sampler_decides_about_roots_and_follows_everybody_else() {
    for (root, decided) in
        [(Root::AlwaysOn, true), (Root::AlwaysOff, false), (Root::Ratio(0.6), true), (Root::Ratio(0.4), false)]
    {
        assert_eq!(
            samples(sampler(true, root.clone()).as_ref(), false),
            [decided, true, false, true, false],
            "{root:?}"
        );
        assert_eq!(samples(sampler(false, root.clone()).as_ref(), false), [decided; 5], "{root:?} by itself");
    }
}

#[test]
fn the_sampler_of_paying_users_decides_by_what_is_known_at_the_start() {
    let based = sampler(true, Root::Paying);
    assert_eq!(samples(based.as_ref(), true), [true, true, false, true, false]);
    assert_eq!(samples(based.as_ref(), false), [false, true, false, true, false]);
    // Without `parentbased_` the sampler ignores the parent. A sampled span below a dropped one would be orphaned.
    let alone = sampler(false, Root::Paying);
    assert_eq!((samples(alone.as_ref(), true), samples(alone.as_ref(), false)), ([true; 5], [false; 5]));
}

#[test]
fn baggage_decides_about_spans_that_a_request_opens_and_about_no_others() {
    let request = Context::new().with_baggage([KeyValue::new(USER_PAYING, "true")]);
    let alone = sampler(false, Root::Paying);
    let samples =
        [SpanKind::Server, SpanKind::Consumer, SpanKind::Client, SpanKind::Producer, SpanKind::Internal].map(|kind| {
            let result = alone.should_sample(Some(&request), trace_id(0.5), "GET /data", &kind, &[], &[]);
            result.decision == SamplingDecision::RecordAndSample
        });
    assert_eq!(samples, [true, true, false, false, false]);
}

#[test]
fn its_attribute_is_on_the_root_and_the_trace_state_passes_through() {
    let based = sampler(true, Root::Paying);
    let root = decide(based.as_ref(), None, trace_id(0.5), true);
    assert_eq!(root.attributes, [KeyValue::new(LAB_SAMPLER_RULE, USER_PAYING)]);
    let child = decide(based.as_ref(), PARENTS[1], trace_id(0.5), true);
    assert_eq!((child.attributes, child.trace_state.get("vendor")), (Vec::new(), Some("7")));
    let alone = decide(sampler(false, Root::Paying).as_ref(), PARENTS[2], trace_id(0.5), true);
    assert_eq!(alone.trace_state.get("vendor"), Some("7"));
}

#[test]
fn a_ratio_keeps_the_same_ids_whoever_decides_and_a_larger_one_keeps_them_too() {
    let samples = |ratio: f64, part: f64| {
        let sampler = sampler(false, Root::Ratio(ratio));
        decide(sampler.as_ref(), None, trace_id(part), false).decision == SamplingDecision::RecordAndSample
    };
    let ids: Vec<f64> = (0..100).map(|hundredth| f64::from(hundredth) / 100.0).collect();
    let share = |ratio| ids.iter().filter(|id| samples(ratio, **id)).count();
    assert_eq!([0.0, 0.1, 0.5, 0.9, 1.0].map(share), [0, 10, 50, 90, 100]);
    assert!(ids.iter().all(|id| !samples(0.1, *id) || samples(0.5, *id)));
}

#[test]
fn what_is_learnt_after_the_start_decides_nothing() {
    let provider =
        SdkTracerProvider::builder().with_sampler(Sampler::parent_based(sampler(false, Root::Paying))).build();
    let tracer = provider.tracer("test");
    let pays = KeyValue::new(USER_PAYING, true);
    let known = tracer.span_builder("GET /data").with_attributes([pays.clone()]).start(&tracer);
    let mut learnt = tracer.start("GET /data");
    learnt.set_attribute(pays);
    assert_eq!((known.is_recording(), learnt.is_recording()), (true, false));
}
