//! The proof of a case: every step, then what the case expects of all traces: background, absence, and that nothing
//! else is stored.

use trace_assert::{Labels, Span, Title, Trace, render};

use crate::finding::Finding;
use crate::head;
use crate::problem::Problem;
use crate::proof::Proof;
use crate::secrets;
use crate::step_proof;
use crate::step_response::Driven;
use crate::step_result::StepResult;
use crate::trace_proof::violations;
use scenario::{Absent, Background, Case};

/// How many columns a picture of a trace may take.
const PICTURE: usize = 100;

/// Judges every step, background trace and absence; what nothing explains is judged last.
pub(crate) fn results(case: &Case, driven: &[Driven<'_>], mut proof: Proof<'_>) -> Vec<StepResult> {
    let mut results: Vec<StepResult> = driven.iter().map(|driven| step_proof::result(driven, &mut proof)).collect();
    results.extend(head::non_recording(driven, &proof.settled.total));
    let unexplained = proof.unexplained();
    results.extend(case.background.iter().map(|expected| check_background(expected, &unexplained, &mut proof)));
    results.extend(case.absent.iter().map(|absent| check_absent(absent, &proof)));
    results.extend(case.removes.iter().map(|removes| check_removed(&removes.scope, &proof)));
    results.extend(secrets::results(case, &proof.settled.traces));
    results.extend(nothing_else(&proof));
    results
}

/// Whether a background trace is among the traces that no step explains, and how often.
fn check_background(expected: &Background, unexplained: &[&Trace], proof: &mut Proof<'_>) -> StepResult {
    let matches = |trace: &&&Trace| expected.tree.check(trace, &Labels::default()).is_ok();
    let found: Vec<&Trace> = unexplained.iter().filter(matches).copied().collect();
    proof.explain(found.iter().map(|trace| trace.id));
    let mut findings: Vec<Finding> = found.iter().flat_map(|trace| violations(trace, None)).collect();
    if !expected.times.contains(&found.len()) {
        let (least, most) = (*expected.times.start(), *expected.times.end());
        let most = Some(most).filter(|most| *most < usize::MAX);
        findings.push(Problem::Times { seen: found.len(), least, most }.into());
    }
    let traces = found.iter().map(|trace| trace.id).collect();
    StepResult { traces, ..StepResult::plain(&expected.caption, findings) }
}

/// Whether a span is stored that must not be.
fn check_absent(absent: &Absent, proof: &Proof<'_>) -> StepResult {
    let found = proof.spans().filter(|span| absent.span.matches(span).is_ok());
    StepResult::plain(&absent.caption, found.map(|span| forbidden(span, false)).collect())
}

/// Whether a span of a removed scope is stored, also in traces that no tree describes.
fn check_removed(scope: &str, proof: &Proof<'_>) -> StepResult {
    let found = proof.spans().filter(|span| span.scope.name == scope);
    let findings = found.map(|span| forbidden(span, true)).collect();
    StepResult::plain(&format!("no span of {scope} is stored"), findings)
}

fn forbidden(span: &Span, scope: bool) -> Finding {
    Finding::about(span.trace_id, Problem::Forbidden { span: Title::from(span), scope })
}

/// Traces that neither a step nor a background tree explains fail the run.
fn nothing_else(proof: &Proof<'_>) -> Option<StepResult> {
    let unexplained =
        |trace: &Trace| Finding::about(trace.id, Problem::Unexplained { picture: render::waterfall(trace, PICTURE) });
    let findings: Vec<Finding> = proof.unexplained().into_iter().map(unexplained).collect();
    (!findings.is_empty()).then(|| StepResult::plain("every stored trace belongs to a step", findings))
}
