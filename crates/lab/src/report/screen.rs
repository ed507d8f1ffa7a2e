//! The lines that people read: verdicts, pictures of traces, the ledger, and where to look.

use super::console::{Colour, Console};
use ledger::sampled::Sampled;
use ledger::{Total, joined};
use verify::{Report, StepResult, StepVerdict};

/// How many missing spans are named.
const NAMED: usize = 10;

/// How many complaints about one step are shown.
const SHOWN: usize = 3;

/// Shows the report of one case; the findings of the ledger come first, because incomplete trees only follow from them.
pub fn show(console: &Console, report: &Report) {
    let complaint = Some(joined(&report.findings)).filter(|complaint| !complaint.is_empty());
    if let Some(complaint) = &complaint {
        console.line(&format!(" {} the ledger: {complaint}", console.painted(Colour::Red, "✘")));
    }
    for step in &report.steps {
        show_step(console, step);
    }
    match &report.ledger {
        Some(total) => show_ledger(console, total, complaint.as_deref()),
        None => console.line(&format!(
            " {}  {}",
            console.painted(Colour::Red, "ledger"),
            complaint.as_deref().unwrap_or("not read")
        )),
    }
    let (passed, failed, skipped) = report.counts();
    let skipped = if skipped > 0 { format!(", {skipped} skipped") } else { String::new() };
    console.line(&format!(" {passed} passed, {failed} failed{skipped}"));
}

fn show_step(console: &Console, step: &StepResult) {
    let mark = match step.verdict {
        StepVerdict::Passed => console.painted(Colour::Green, "✔"),
        StepVerdict::Failed => console.painted(Colour::Red, "✘"),
        StepVerdict::Skipped => console.painted(Colour::Yellow, "○ skipped:"),
    };
    // Where it failed, the complaint says the same.
    let share = step
        .share
        .filter(|_| step.verdict == StepVerdict::Passed)
        .map(|share| format!("   {share}"))
        .unwrap_or_default();
    let trace = step.traces.first().map(|trace| console.painted(Colour::Dim, &format!("   trace {trace}")));
    console.line(&format!(" {mark} {}{share}{}", step.caption, trace.unwrap_or_default()));
    let messages = step.messages();
    for message in messages.iter().take(SHOWN) {
        message.lines().for_each(|line| console.line(&format!("     {line}")));
    }
    if messages.len() > SHOWN {
        console.line(&format!("     … and {} more (report.json has them all)", messages.len() - SHOWN));
    }
    if let Some(picture) = step.picture.as_ref().filter(|_| messages.is_empty()) {
        picture.lines().for_each(|line| console.line(&format!("     {line}")));
    }
}

fn show_ledger(console: &Console, total: &Total, complaint: Option<&str>) {
    let colour = if complaint.is_none() { Colour::Green } else { Colour::Red };
    console.line(&format!(" {}  {}", console.painted(colour, "ledger"), ledger(total)));
    if let Some(complaint) = complaint {
        console.line(&format!("   {}", console.painted(Colour::Red, complaint)));
    }
    for sampled in &total.sampled {
        console.line(&format!("   {}", decisions(sampled)));
    }
    for missing in total.missing.iter().take(NAMED) {
        console.line(&format!("   missing: {} \"{}\" of trace {}", missing.service, missing.name, missing.trace_id));
    }
    if total.missing.len() > NAMED {
        console.line(&format!("   … and {} more (ledger.json has them all)", total.missing.len() - NAMED));
    }
}

/// `gateway kept 3 of 4 traces (errors 1, paying 1, slow 1)`: what a tail sampler decided.
fn decisions(sampled: &Sampled) -> String {
    let wanted = sampled.policies.iter().map(|(name, policy)| format!("{name} {}", policy.wanted));
    let policies = wanted.collect::<Vec<_>>().join(", ");
    let policies = if policies.is_empty() { "no policy was asked".to_owned() } else { policies };
    let mut line =
        format!("{} kept {} of {} traces ({policies})", sampled.at, sampled.kept, sampled.kept + sampled.refused);
    let mut more = |count: u64, what: &str| {
        if count > 0 {
            line.push_str(&format!(", {count} {what}"));
        }
    };
    more(sampled.evicted, "pushed out undecided");
    more(sampled.came_again, "judged without what had been pushed out");
    more(sampled.late_kept, "let through late");
    more(sampled.late_refused, "dropped late");
    line
}

/// `ended 42 = exported 42 = agent 42 = stored 42   lost 0  duplicates 0`, with `≠` where two neighbors differ.
#[must_use]
pub fn ledger(total: &Total) -> String {
    let mut figures = vec![("ended", total.ended), ("exported", total.exported)];
    let hops = total.hops.split_last().map_or(&[][..], |(_store, hops)| hops);
    figures.extend(hops.iter().map(|hop| (hop.name.as_str(), hop.accepted)));
    let out = if total.sampled_out > 0 { format!(" + sampled out {}", total.sampled_out) } else { String::new() };
    figures.push(("stored", total.stored));
    let mut line = String::new();
    let mut before = None;
    for (name, figure) in figures {
        if let Some(before) = before {
            let equal = before == if name == "stored" { figure + total.sampled_out } else { figure };
            line.push_str(if equal { " = " } else { " ≠ " });
        }
        line.push_str(&format!("{name} {figure}"));
        before = Some(figure);
    }
    line.push_str(&format!("{out}   lost {}  duplicates {}", lost(total), total.duplicates));
    if total.non_recording > 0 {
        line.push_str(&format!("  not recorded {}", total.non_recording));
    }
    line
}

/// How many spans were lost; where a service took its counts with it, that and perhaps more.
fn lost(total: &Total) -> String {
    match (total.lost, total.silent.is_empty()) {
        (lost, true) => lost.to_string(),
        (0, false) => "?".to_owned(),
        (lost, false) => format!("{lost} or more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::hop_total::HopTotal;
    use ledger::tail_sampler_counts::Policy;

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
    fn what_a_service_took_with_it_is_not_counted_as_nothing() {
        let total = Total { ended: 5, exported: 5, stored: 5, silent: vec!["items".to_owned()], ..Total::default() };
        assert!(ledger(&total).ends_with("   lost ?  duplicates 0"), "{}", ledger(&total));
        assert!(ledger(&Total { lost: 2, ..total }).ends_with("   lost 2 or more  duplicates 0"));
    }

    #[test]
    fn decisions_are_told_policy_by_policy() {
        let policy = |wanted| Policy { wanted, refused: 4 - wanted, spans: 9 };
        let policies = [("errors".to_owned(), policy(1)), ("slow".to_owned(), policy(2))].into();
        let sampled = Sampled { at: "gateway".to_owned(), kept: 3, refused: 1, policies, ..Sampled::default() };
        assert_eq!(decisions(&sampled), "gateway kept 3 of 4 traces (errors 1, slow 2)");
        let crowded = Sampled { evicted: 5, policies: [].into(), ..sampled };
        assert_eq!(decisions(&crowded), "gateway kept 3 of 4 traces (no policy was asked), 5 pushed out undecided");
    }
}
