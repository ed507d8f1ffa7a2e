//! The proof: every stored trace against what the case says of it.

use crate::case_proof;
use crate::driven_step::DrivenStep;
use crate::head;
use crate::secrets;
use crate::significance_level::SignificanceLevel;
use crate::step_proof;
use crate::step_result::StepResult;
use crate::stored_traces::StoredTraces;
use ledger::Settled;
use scenario::Case;

/// Judges every step, background trace and absence; what nothing explains is judged last.
pub(crate) fn everything(
    play: &Case,
    driven: &[DrivenStep<'_>],
    settled: &Settled,
    level: SignificanceLevel,
) -> Vec<StepResult> {
    let mut traces = StoredTraces::new(&settled.traces);
    let mut results: Vec<StepResult> =
        driven.iter().map(|step| step_proof::result(step, settled, &mut traces, level)).collect();
    results.extend(head::unrecorded(driven, settled));
    let rest = traces.unexplained();
    results.extend(play.background.iter().map(|one| case_proof::background(one, &rest, &mut traces)));
    results.extend(play.absent.iter().map(|absent| case_proof::absent(absent, &traces)));
    results.extend(play.removes.iter().map(|removes| case_proof::removed(&removes.scope, &traces)));
    results.extend(secrets::outcomes(play, &settled.traces));
    results.extend(case_proof::nothing_else(&traces));
    results
}
