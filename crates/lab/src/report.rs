//! The report of a case as text: findings, steps with pictures of their traces, the ledger.

use ledger::{Total, joined};
use trace_assert::{Trace, TraceId, render};
use verify::{Report, StepResult, StepVerdict};

use crate::console::{Console, DIM, GREEN, RED, YELLOW, styled};

/// How many missing spans are printed.
const MISSING: usize = 10;

/// How many messages of a step are printed.
const MESSAGES: usize = 3;

/// Prints the report of one case.
pub fn show(console: &Console, report: &Report) {
    lines(report, console.width()).iter().for_each(|line| console.line(line));
}

/// The findings of the ledger come first, because incomplete trees only follow from them.
fn lines(report: &Report, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    if !report.findings.is_empty() {
        lines.push(format!(" {} the ledger: {}", styled(RED, "✘"), joined(&report.findings)));
    }
    lines.extend(report.steps.iter().flat_map(|step| step_lines(step, &report.traces, width)));
    let mark = styled(if report.findings.is_empty() { GREEN } else { RED }, "ledger");
    match &report.ledger {
        Some(total) => {
            lines.push(format!(" {mark}  {}", ledger(total)));
            lines.extend(ledger_details(total));
        }
        None => lines.push(format!(" {mark}  not settled")),
    }
    let (passed, failed, skipped) = report.counts();
    let skipped = if skipped > 0 { format!(", {skipped} skipped") } else { String::new() };
    lines.push(format!(" {passed} passed, {failed} failed{skipped}"));
    lines
}

fn step_lines(step: &StepResult, traces: &[Trace], width: usize) -> Vec<String> {
    let mark = match step.verdict {
        StepVerdict::Passed => styled(GREEN, "✔"),
        StepVerdict::Failed => styled(RED, "✘"),
        StepVerdict::Skipped => styled(YELLOW, "○ skipped:"),
    };
    // The message of a failed step contains the share.
    let share = step.share.filter(|_| step.verdict == StepVerdict::Passed);
    let share = share.map(|share| format!("   {share}")).unwrap_or_default();
    let mut lines = vec![format!(" {mark} {}{share}", step.caption)];
    if let Some(id) = step.traces.first() {
        let trace = styled(DIM, &format!("   trace {id}"));
        let line = format!("{}{trace}", lines[0]);
        // Where both do not fit into one line, the ID is not separated from its word.
        if textwrap::core::display_width(&line) <= width { lines[0] = line } else { lines.push(format!("  {trace}")) }
    }
    let messages = step.messages();
    let shown = messages.iter().take(MESSAGES).flat_map(|message| message.lines());
    lines.extend(shown.map(|line| format!("     {line}")));
    if messages.len() > MESSAGES {
        lines.push(format!("     … and {} more (all are in report.json)", messages.len() - MESSAGES));
    }
    if let Some(id) = step.traces.first().filter(|_| messages.is_empty()) {
        lines.extend(picture(*id, traces, width).lines().map(|line| format!("     {line}")));
    }
    lines
}

/// A trace as a picture, and below it the traces that link to it.
fn picture(id: TraceId, traces: &[Trace], width: usize) -> String {
    let own = traces.iter().filter(|trace| trace.id == id);
    let linking = traces.iter().filter(|trace| trace.links_to(id));
    own.chain(linking).map(|trace| render::waterfall(trace, width.saturating_sub(5))).collect()
}

/// The lines below the ledger: decisions of tail samplers, and missing spans.
fn ledger_details(total: &Total) -> Vec<String> {
    let decisions = total.sampled.iter().map(|sampled| format!("   {} {sampled}", sampled.at));
    let mut lines: Vec<String> = decisions.collect();
    let missing = total.missing.iter().take(MISSING);
    lines.extend(
        missing.map(|span| format!("   missing: {} \"{}\" of trace {}", span.service, span.name, span.trace_id)),
    );
    if total.missing.len() > MISSING {
        lines.push(format!("   … and {} more (all are in ledger.json)", total.missing.len() - MISSING));
    }
    lines
}

/// `ended 42 = exported 42 = agent 42 = stored 42   lost 0  duplicates 0`, with `≠` where two neighbors differ.
fn ledger(total: &Total) -> String {
    let hops = total.hops.split_last().map_or(&[][..], |(_store, hops)| hops);
    let figures = [("ended", total.ended), ("exported", total.exported)].into_iter();
    let figures = figures.chain(hops.iter().map(|hop| (hop.name.as_str(), hop.accepted)));
    let (mut line, mut before) = (String::new(), total.ended);
    let sign = |before, figure| if before == figure { " = " } else { " ≠ " };
    for (name, figure) in figures {
        let sign = if line.is_empty() { "" } else { sign(before, figure) };
        line.push_str(&format!("{sign}{name} {figure}"));
        before = figure;
    }
    let out = if total.sampled_out > 0 { format!(" + sampled out {}", total.sampled_out) } else { String::new() };
    // What a tail sampler dropped is not stored.
    line.push_str(&format!("{}stored {}{out}", sign(before, total.stored + total.sampled_out), total.stored));
    line.push_str(&format!("   lost {}  duplicates {}", lost(total), total.duplicates));
    if total.non_recording > 0 {
        line.push_str(&format!("  not recorded {}", total.non_recording));
    }
    line
}

/// How many spans were lost. If a service exited without its shutdown report, more may be lost.
fn lost(total: &Total) -> String {
    match (total.lost, total.silent.is_empty()) {
        (lost, true) => lost.to_string(),
        (0, false) => "?".to_owned(),
        (lost, false) => format!("{lost} or more"),
    }
}

#[cfg(test)]
mod tests {
    use ledger::ended_span::EndedSpan;
    use ledger::hop_total::HopTotal;
    use ledger::loss::{Loss, LossReason};
    use ledger::sampled::Sampled;
    use ledger::{LedgerFinding, Pending};
    use trace_assert::{Resource, Span, SpanId};
    use verify::{Finding, Problem, SkipReason};

    use super::*;
    use crate::console;

    const ID: TraceId = TraceId([7; 16]);

    #[test]
    fn the_ledger_shows_where_two_hops_differ() {
        let hop = |name: &str, accepted| HopTotal { name: name.to_owned(), accepted, ..HopTotal::default() };
        let hops = vec![hop("agent", 7), hop("jaeger", 5)];
        let total = Total { ended: 7, exported: 7, stored: 5, lost: 2, hops, ..Total::default() };
        assert_eq!(ledger(&total), "ended 7 = exported 7 = agent 7 ≠ stored 5   lost 2  duplicates 0");
        let total = Total { sampled_out: 2, lost: 0, ..total };
        assert_eq!(ledger(&total), "ended 7 = exported 7 = agent 7 = stored 5 + sampled out 2   lost 0  duplicates 0");
    }

    #[test]
    fn losses_are_open_if_a_service_exited_without_its_counts() {
        let total = Total { ended: 5, exported: 5, stored: 5, silent: vec!["items".to_owned()], ..Total::default() };
        assert!(ledger(&total).ends_with("   lost ?  duplicates 0"), "{}", ledger(&total));
        assert!(ledger(&Total { lost: 2, ..total }).ends_with("   lost 2 or more  duplicates 0"));
    }

    /// A step about a trace with one span.
    fn step(caption: &str, findings: Vec<Finding>) -> StepResult {
        StepResult { traces: vec![ID], ..StepResult::plain(caption, findings) }
    }

    fn traces() -> Vec<Trace> {
        let attributes = [("service.name".to_owned(), "items".into())].into();
        let resource = std::sync::Arc::new(Resource { attributes });
        let span = Span { trace_id: ID, resource, name: "GET /data".to_owned(), end: 2_500_000, ..Span::default() };
        Trace::group(vec![span])
    }

    fn printed(report: &Report) -> String {
        let lines = lines(report, 80);
        let text: String = lines.iter().map(|line| format!("{}\n", console::wrapped(line, 80))).collect();
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn reports_as_they_are_printed_on_80_columns() {
        let hop = |name: &str, accepted| HopTotal { name: name.to_owned(), accepted, ..HopTotal::default() };
        let hops = vec![hop("agent", 95), hop("gateway", 95), hop("jaeger", 95)];
        let sampled = Sampled { at: "gateway".to_owned(), kept: 20, refused: 5, late_kept: 1, ..Sampled::default() };
        let total = Total { ended: 95, exported: 95, stored: 95, hops, sampled: vec![sampled], ..Total::default() };
        let caption = "a user is fetched through both collectors, with a cold cache";
        let passing = Report {
            steps: vec![step("the cache is made cold", Vec::new()), step(caption, Vec::new())],
            ledger: Some(total.clone()),
            traces: traces(),
            ..Report::default()
        };
        let missing = |count: u8| {
            let span = |id| EndedSpan {
                service: "items".to_owned(),
                name: "GET".to_owned(),
                trace_id: ID,
                span_id: SpanId([id; 8]),
                sampled: true,
            };
            (0..count).map(span).collect()
        };
        let lost = Loss { at: Some("agent".to_owned()), count: 12, reason: LossReason::SendFailed };
        let failing = Report {
            steps: vec![
                step(caption, vec![Problem::NoTraceresponse.into(); 4]),
                StepResult::skipped("the agent is killed", SkipReason::NeedsControl),
            ],
            ledger: Some(Total { stored: 83, lost: 12, missing: missing(12), ..total.clone() }),
            findings: vec![LedgerFinding::Lost(lost)],
            traces: traces(),
            ..Report::default()
        };
        let not_provable = Report {
            steps: vec![step(caption, Vec::new())],
            ledger: Some(total),
            findings: vec![LedgerFinding::Restarted { part: "agent".to_owned() }],
            traces: traces(),
            ..Report::default()
        };
        let not_settled = Report {
            steps: vec![StepResult::skipped(caption, SkipReason::NotSettled)],
            findings: vec![LedgerFinding::NotSettled { seconds: 30, pending: vec![Pending::StillArriving] }],
            traces: traces(),
            ..Report::default()
        };
        let reports =
            [("passing", passing), ("failing", failing), ("not provable", not_provable), ("not settled", not_settled)];
        let text: String = reports.iter().map(|(name, report)| format!("{name}:\n{}\n", printed(report))).collect();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        insta::assert_snapshot!("reports", text);
    }
}
