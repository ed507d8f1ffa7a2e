//! A finding in words.

use std::fmt;

use crate::finding::{EndedSpan, Finding};
use ledger::sampler_state;
use scenario::Amount;

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StepFailed { error } => f.write_str(error),
            Self::NotUndone { part, fault, error } => write!(f, "{part} {fault}: {error}"),
            Self::Status { expected, got, body } => write!(f, "answered {got}, expected {expected}: {body}"),
            Self::AnswerLacks { expected, body } => write!(f, "the answer does not contain {expected}: {body}"),
            Self::TextLacks { expected, body } => write!(f, "the answer does not contain \"{expected}\": {body}"),
            Self::Reply { expected, got } => write!(f, "answered {got}, expected {expected}"),
            Self::GaveUp { seconds, requests } => write!(f, "given up after {seconds:.1} s and {requests} requests"),
            Self::NoTraceresponse => f.write_str("the answer has no traceresponse header"),
            Self::OtherTrace { trace_id, sent } => {
                write!(f, "answered with trace {trace_id}, although the request belongs to trace {sent}")
            }
            Self::Sampling { trace_id, expected, samplers } => {
                let word = |sampled| if sampled { "sampled" } else { "not sampled" };
                let by = sampler_state::told(samplers);
                write!(f, "trace {trace_id} is {}, expected {}{by}", word(!*expected), word(*expected))
            }
            Self::DecisionsDiffer { trace_id, sampled_by, not_sampled_by } => {
                let (by, not) = (sampled_by.join(", "), not_sampled_by.join(", "));
                write!(f, "trace {trace_id} is sampled by {by} and not by {not}")
            }
            Self::NotSampled { trace_id } => write!(f, "trace {trace_id} was not sampled"),
            Self::RecordedUnsampled { trace_id, services } => {
                let services = services.join(", ");
                write!(f, "trace {trace_id} is in the store although it was not sampled: recorded by {services}")
            }
            Self::NotStored { trace_id, ended, suspect } => {
                write!(f, "trace {trace_id} is not in the store{}", ended_by(ended))?;
                suspect.iter().try_for_each(|suspect| write!(f, "; {suspect}"))
            }
            Self::Tree { trace_id, linked: false, mismatch } => write!(f, "trace {trace_id}: {mismatch}"),
            Self::Tree { trace_id, linked: true, mismatch } => write!(f, "linked trace {trace_id}: {mismatch}"),
            Self::NoLink { trace_id } => write!(f, "no trace links to trace {trace_id}"),
            Self::Invariant { trace_id, violation } => {
                write!(f, "trace {trace_id}: invariant {}: {}", violation.invariant, violation.message)
            }
            Self::Share { share, samplers } => write!(f, "{}{}", share.complaint(), sampler_state::told(samplers)),
            Self::KeptBy { trace_id, expected, policies, why } => {
                let kept = match why {
                    Some(why) => format!("no policy: {why}"),
                    None => format!("`{}`", policies.join(", ")),
                };
                write!(f, "trace {trace_id} was kept by {kept}, expected `{expected}`")
            }
            Self::NotDropped { trace_id, policies, why } => {
                let kept = match why {
                    Some(why) => why.to_string(),
                    None => format!("the policy `{}` kept it", policies.join(", ")),
                };
                write!(f, "trace {trace_id} is in the store, expected it to be dropped: {kept}")
            }
            Self::NotProvablyDropped { trace_id, why } => write!(f, "trace {trace_id} is not in the store, {why}"),
            Self::RefusedBy { trace_id, expected, policies } => {
                let (policies, expected) = (policies.join(", "), expected.join(", "));
                write!(f, "trace {trace_id} was refused by {policies}, expected {expected}")
            }
            Self::Times { seen, least, most } => write!(f, "seen {seen} times, expected {}", times(*least, *most)),
            Self::Forbidden { trace_id, span, scope } => {
                let it = if *scope { "has one" } else { "has it" };
                write!(f, "{} {it}: \"{}\" in trace {trace_id}", span.service, span.name)
            }
            Self::Unexplained { trace_id, picture } => write!(f, "trace {trace_id} is unexplained:\n{picture}"),
            Self::NonRecording { expected, got, by } => {
                let by: Vec<String> = by.iter().map(|(service, count)| format!("{service} {count}")).collect();
                let by = if by.is_empty() { String::new() } else { format!(" ({})", by.join(", ")) };
                write!(
                    f,
                    "not recorded {got}{by}, expected {expected}: does a sampler decide without asking its parent?"
                )
            }
            Self::Secret { trace_id, span, place, origin } => {
                write!(f, "trace {trace_id}: {span}: {place} holds the secret that was planted in {origin}")
            }
            Self::Metric { query, expected, value, baseline } => match expected {
                Amount::Increase(wanted) => {
                    let grown = value - baseline;
                    write!(f, "`{query}` grew by {grown}, expected {wanted} (from {baseline} to {value})")
                }
                Amount::Equals(wanted) => write!(f, "`{query}` is {value}, expected {wanted}"),
                Amount::AtLeast(wanted) => write!(f, "`{query}` is {value}, expected {wanted} or more"),
            },
        }
    }
}

fn ended_by(ended: &[EndedSpan]) -> String {
    let ended: Vec<String> = ended.iter().map(|span| format!("{} ended \"{}\"", span.service, span.name)).collect();
    if ended.is_empty() { String::new() } else { format!(" ({})", ended.join(", ")) }
}

fn times(least: usize, most: Option<usize>) -> String {
    match most {
        None => format!("{least} or more"),
        Some(most) if least == most => least.to_string(),
        Some(most) => format!("{least} to {most}"),
    }
}
