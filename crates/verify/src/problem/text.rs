//! Parts of the messages of problems.

use ledger::counted;
use ledger::ended_span::EndedSpan;
use ledger::sampled::Sampled;
use scenario::Amount;

use crate::tail::why_no_policy::WhyNoPolicy;

pub(super) fn decision(sampled: bool) -> &'static str {
    if sampled { "sampled" } else { "not sampled" }
}

pub(super) fn ended_by(ended: &[EndedSpan]) -> String {
    let ended: Vec<String> = ended.iter().map(|span| format!("{} ended \"{}\"", span.service, span.name)).collect();
    if ended.is_empty() { String::new() } else { format!(" ({})", ended.join(", ")) }
}

pub(super) fn suspected(Sampled { at, evicted, refused, .. }: &Sampled) -> String {
    match evicted {
        0 => format!("; {at} dropped {} by its policies", counted(*refused, "trace")),
        evicted => format!("; {at} evicted {} before a decision", counted(*evicted, "trace")),
    }
}

pub(super) fn kept_by(policies: &[String], why: Option<&WhyNoPolicy>) -> String {
    match why {
        Some(why) => format!("kept by no policy: {why}"),
        None => format!("kept by `{}`", policies.join("`, `")),
    }
}

pub(super) fn times(least: usize, most: Option<usize>) -> String {
    match most {
        None => format!("{least} or more"),
        Some(most) if least == most => least.to_string(),
        Some(most) => format!("{least} to {most}"),
    }
}

pub(super) fn metric(expected: &Amount, value: f64, baseline: f64) -> String {
    match expected {
        Amount::Increase(expected) => {
            format!("grew by {}, expected {expected} (from {baseline} to {value})", value - baseline)
        }
        Amount::Equals(expected) => format!("is {value}, expected {expected}"),
        Amount::AtLeast(expected) => format!("is {value}, expected {expected} or more"),
    }
}
