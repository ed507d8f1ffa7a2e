//! The proof of what a case says of all traces, whichever step caused them: background, absence, and that nothing else is stored.

use trace_assert::{Labels, Span, Title, Trace};

use crate::finding::Finding;
use crate::invariants::violations;
use crate::step_result::StepResult;
use crate::stored_traces::{StoredTraces, picture};
use scenario::{Absent, Background};

/// Whether a background trace is among the traces that no step explains, and how often.
pub(crate) fn background(background: &Background, rest: &[&Trace], traces: &mut StoredTraces<'_>) -> StepResult {
    let matches = |trace: &&&Trace| background.tree.check(trace, &Labels::default()).is_ok();
    let found: Vec<&Trace> = rest.iter().filter(matches).copied().collect();
    traces.explain(found.iter().map(|trace| trace.id));
    let mut findings: Vec<Finding> = found.iter().flat_map(|trace| violations(trace, None)).collect();
    if !background.times.contains(&found.len()) {
        let (least, most) = (*background.times.start(), *background.times.end());
        let most = Some(most).filter(|most| *most < usize::MAX);
        findings.push(Finding::Times { seen: found.len(), least, most });
    }
    let picture = found.first().map(|trace| picture(trace));
    let traces = found.iter().map(|trace| trace.id).collect();
    StepResult { traces, picture, ..StepResult::plain(&background.caption, findings) }
}

/// Whether a span is stored that must not be.
pub(crate) fn absent(absent: &Absent, traces: &StoredTraces<'_>) -> StepResult {
    let found = traces.spans().filter(|span| absent.span.matches(span).is_ok());
    StepResult::plain(&absent.caption, found.map(|span| forbidden(span, false)).collect())
}

/// Whether a span of a removed scope is stored, also in traces of which no tree speaks.
pub(crate) fn removed(scope: &str, traces: &StoredTraces<'_>) -> StepResult {
    let found = traces.spans().filter(|span| span.scope.name == scope);
    let findings = found.map(|span| forbidden(span, true)).collect();
    StepResult::plain(&format!("no span of {scope} is stored"), findings)
}

/// Traces that neither a step nor a background tree explains fail the run.
pub(crate) fn nothing_else(traces: &StoredTraces<'_>) -> Option<StepResult> {
    let rest = traces.unexplained();
    let unexplained = |trace: &&Trace| Finding::Unexplained { trace_id: trace.id, picture: picture(trace) };
    let findings = rest.iter().map(unexplained).collect();
    (!rest.is_empty()).then(|| StepResult::plain("every stored trace belongs to a step", findings))
}

fn forbidden(span: &Span, scope: bool) -> Finding {
    Finding::Forbidden { trace_id: span.trace_id, span: Title::from(span), scope }
}
