//! Reasons why a mutant may survive: the change is nothing that an expectation or an invariant checks.

use std::fmt;

use trace_assert::{Kind, Pattern, Span};

use crate::{Mutant, Recording, mutant::Change};

/// All accepted reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// No line mentions the attribute, and no invariant requires it.
    Unmentioned,
    /// The line checks only presence: `key?` accepts every value.
    PresenceOnly,
    /// No line mentions the event.
    EventUnmentioned,
    /// No line describes the span, because it is in an open level (`...`).
    Open,
    /// A root may move in time: it has no parent, and its children do not start before it.
    NothingAbove,
    /// No span waits for this one: it is a PRODUCER or CONSUMER span or a child of one, or a SERVER span without a
    /// CLIENT parent.
    NotAwaited,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unmentioned => "no line mentions the attribute and no invariant requires it",
            Self::PresenceOnly => "the line asks only that the attribute is there (`key?`)",
            Self::EventUnmentioned => "no line mentions the event",
            Self::Open => "no line means the span, it stands in a level that `...` opens",
            Self::NothingAbove => "a root may be at any time that suits what is below it",
            Self::NotAwaited => "nobody waits for the span, so it may end at any time",
        })
    }
}

/// Returns the reason why this mutant may survive, if there is one.
pub(crate) fn reason(recording: &Recording, mutant: &Mutant) -> Option<Reason> {
    let lines: Vec<&Pattern> = recording.trees.iter().flat_map(|tree| tree.patterns()).collect();
    // A single line cannot resolve labels, so it is compared without its links.
    let meant =
        |line: &&&Pattern| line.title() == mutant.span.title() && without_links(line).matches(&mutant.span).is_ok();
    let lines: Vec<&&Pattern> = lines.iter().filter(meant).collect();
    if lines.is_empty() {
        return Some(Reason::Open);
    }
    let mentioned = |text: &str| lines.iter().any(|line| format!("{line} ").contains(text));
    match &mutant.change {
        Change::Structure | Change::Status => None,
        Change::Start => mutant.parent.is_none().then_some(Reason::NothingAbove),
        Change::End => match &mutant.parent {
            None => Some(Reason::NothingAbove),
            Some(parent) => (!is_awaited(&mutant.span, parent)).then_some(Reason::NotAwaited),
        },
        Change::Value(key) if mentioned(&format!(" {key}=")) || mentioned(&format!(" {key}~")) => None,
        Change::Value(key) if mentioned(&format!(" {key}? ")) => Some(Reason::PresenceOnly),
        Change::Absence(key)
            if [format!(" {key}="), format!(" {key}~"), format!(" {key}? ")].iter().any(|text| mentioned(text)) =>
        {
            None
        }
        Change::Value(_) | Change::Absence(_) => Some(Reason::Unmentioned),
        Change::Event(name) => (!mentioned(&format!(" event:{name:?}"))).then_some(Reason::EventUnmentioned),
    }
}

fn without_links(line: &Pattern) -> Pattern {
    let words = line.to_string();
    let kept: Vec<&str> = words.split(' ').filter(|word| !word.starts_with("link:")).collect();
    kept.join(" ").parse().expect("a line without its links is a line")
}

fn is_awaited(span: &Span, parent: &Span) -> bool {
    match span.kind {
        Kind::Server => parent.kind == Kind::Client,
        Kind::Internal | Kind::Client => !matches!(parent.kind, Kind::Producer | Kind::Consumer),
        Kind::Producer | Kind::Consumer => false,
    }
}
