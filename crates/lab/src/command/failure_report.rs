//! The report of a failure: the parts that exited, and the last log lines of the parts that the failure is about.

use std::collections::{BTreeMap, BTreeSet};

use trace_assert::Span;

use crate::console::{Console, DIM, styled};
use ledger::LedgerFinding;
use runner::native::Native;
use scenario::Case;
use verify::{Report, StepVerdict};

/// How many lines of each log are printed.
const LINES: usize = 8;

/// How many lines are read to find them: most may be stack frames.
const READ: usize = 400;

/// How many characters of each line are printed.
const COLUMNS: usize = 500;

/// What is known of the parts before they are stopped.
#[derive(Debug)]
pub(super) struct FailureReport {
    exited: BTreeMap<String, String>,
    logs: BTreeMap<String, Vec<String>>,
}

impl FailureReport {
    /// Reads which parts exited, and the end of every log.
    pub(super) fn new(native: &mut Native, case: &Case) -> Self {
        let exited = native.ended().into_iter().map(|(part, status)| (part, status.to_string())).collect();
        Self { exited, logs: case.parts.iter().map(|part| (part.clone(), last_lines(native, part))).collect() }
    }

    /// Prints the parts that exited, and the logs of the parts that the failure is about.
    pub(super) fn show(&self, console: &Console, report: &Report) {
        for (part, status) in &self.exited {
            console.line(&format!(" {part} exited: {status}"));
        }
        let about = about(report, &self.logs.keys().map(String::as_str).collect());
        let shown = |part: &String| about.contains(part.as_str()) || self.exited.contains_key(part);
        for (part, lines) in self.logs.iter().filter(|(part, _)| shown(part)) {
            console.line(&styled(DIM, &format!(" the end of {part}.log:")));
            for line in lines {
                let line: String = line.chars().take(COLUMNS).collect();
                console.line(&styled(DIM, &format!("   {line}")));
            }
        }
    }
}

/// The parts that the first finding names, and the part whose file the step changed. If the finding names none, every part of
/// the step: the part that received the request may only have passed on the fault of another part.
fn about<'a>(report: &'a Report, parts: &BTreeSet<&str>) -> BTreeSet<&'a str> {
    let step = report.steps.iter().find(|step| step.verdict == StepVerdict::Failed);
    let named: Vec<&str> = match report.findings.as_slice() {
        [] => step.and_then(|step| step.findings.first()).map(|finding| finding.problem.parts()).unwrap_or_default(),
        findings => findings.iter().flat_map(LedgerFinding::parts).collect(),
    };
    let mut about: BTreeSet<&str> = named.into_iter().filter(|part| parts.contains(part)).collect();
    if let Some(step) = step {
        if about.is_empty() {
            let own = report.traces.iter().filter(|trace| step.traces.contains(&trace.id));
            about.extend(own.flat_map(|trace| &trace.spans).map(Span::service).chain(step.part.as_deref()));
        }
        about.extend(step.wrote.as_deref());
    }
    about
}

fn last_lines(native: &mut Native, part: &str) -> Vec<String> {
    let mut lines = native.part(part).map(|part| part.log_tail(READ).lines).unwrap_or_default();
    lines.retain(|line| !is_stack_frame(line));
    lines.split_off(lines.len().saturating_sub(LINES))
}

/// Go prints the stack below a warning: source lines are indented, and names of functions contain no blank.
fn is_stack_frame(line: &str) -> bool {
    line.starts_with('\t') || !(line.contains(' ') || line.starts_with('{'))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use trace_assert::{Kind, Resource, Title, Trace, TraceId};

    use super::*;
    use ledger::loss::{Loss, LossReason};
    use verify::{Problem, StepResult};

    const ID: TraceId = TraceId([7; 16]);

    /// One trace, in which items and users have a span each.
    fn traces() -> Vec<Trace> {
        let span = |service: &str| {
            let attributes = [("service.name".to_owned(), service.into())].into();
            Span { trace_id: ID, resource: Arc::new(Resource { attributes }), ..Span::default() }
        };
        Trace::group(vec![span("items"), span("users")])
    }

    fn parts_about(problem: Problem, ledger: Vec<LedgerFinding>, wrote: Option<&str>) -> Vec<&'static str> {
        let step = StepResult {
            part: Some("items".to_owned()),
            wrote: wrote.map(str::to_owned),
            traces: vec![ID],
            ..StepResult::plain("", vec![problem.into()])
        };
        let report = Report { steps: vec![step], findings: ledger, traces: traces(), ..Report::default() };
        let parts = ["agent", "items", "jaeger", "redis", "users"];
        let known = parts.into();
        let about = about(&report, &known);
        parts.into_iter().filter(|part| about.contains(part)).collect()
    }

    fn of(service: &str) -> Problem {
        let span = Title { service: service.to_owned(), span_kind: Kind::Server, name: "GET /user".to_owned() };
        Problem::Forbidden { span, scope: false }
    }

    #[test]
    fn a_failure_is_about_the_named_parts_or_about_every_part_of_the_step() {
        assert_eq!(parts_about(of("users"), Vec::new(), None), ["users"]);
        assert_eq!(parts_about(Problem::NoTraceresponse, Vec::new(), None), ["items", "users"]);
        assert_eq!(parts_about(of("items"), Vec::new(), Some("jaeger")), ["items", "jaeger"]);
        assert_eq!(parts_about(Problem::NoTraceresponse, Vec::new(), Some("jaeger")), ["items", "jaeger", "users"]);
        let lost = Loss { at: Some("agent".to_owned()), count: 7, reason: LossReason::SendFailed };
        assert_eq!(parts_about(Problem::NoTraceresponse, vec![LedgerFinding::Lost(lost)], None), ["agent"]);
    }
}
