//! Why a mutant may survive: it changes nothing that an expectation or a law could see.

use std::fmt;

use trace_assert::{Kind, Pattern, Span};

use crate::{Mutant, Recording, mutant::Change};

/// The reasons, all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// Expectations mention what matters; the rest does not.
    Unmentioned,
    /// `key?` accepts every value.
    PresenceOnly,
    /// Events that no line mentions do not matter.
    EventUnmentioned,
    /// No line means the span: it stands below a line that `...` opens.
    Open,
    /// The root has nothing above it, and this one has nothing below that would start before it.
    NothingAbove,
    /// Nobody waits for the span: it is or stands below a PRODUCER or CONSUMER, or it is an unawaited SERVER.
    NotAwaited,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unmentioned => "no line mentions the attribute and no law requires it",
            Self::PresenceOnly => "the line asks only that the attribute is there (`key?`)",
            Self::EventUnmentioned => "no line mentions the event",
            Self::Open => "no line means the span, it stands in a level that `...` opens",
            Self::NothingAbove => "a root may be at any time that suits what is below it",
            Self::NotAwaited => "nobody waits for the span, so it may end at any time",
        })
    }
}

/// The reason that this mutant may survive for, if there is one.
pub(crate) fn reason(recording: &Recording, mutant: &Mutant) -> Option<Reason> {
    let lines: Vec<&Pattern> = recording.trees.iter().flat_map(|tree| tree.patterns()).collect();
    // Links need labels, which a line alone has not: without its links it is the same line.
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
