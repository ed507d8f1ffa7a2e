//! Compares the events of a span with the event clauses of a line: each clause needs a different event.

use super::{Difference, assign, line::attribute};
use crate::{
    Event,
    expect::{Clause, Condition},
    model::quoted,
};

/// An event clause and its position among the clauses of the line.
#[derive(Debug, Clone, Copy)]
struct Wanted<'a> {
    position: usize,
    name: &'a str,
    conditions: &'a [Condition],
}

impl Wanted<'_> {
    /// Returns whether the event meets the clause.
    fn is_met(&self, event: &Event) -> bool {
        event.name == self.name && self.differences(event).next().is_none()
    }

    fn differences(&self, event: &Event) -> impl Iterator<Item = Difference> {
        self.conditions.iter().filter_map(|condition| attribute("", condition, &event.attributes))
    }

    /// Describes why the clause has no event: the most similar event differs, all matching events are assigned to
    /// other clauses, or no event has the name.
    fn difference(&self, events: &[Event], unused: &[&Event]) -> Difference {
        let subject = format!("event:{}", quoted(self.name));
        let namesakes = unused.iter().filter(|event| event.name == self.name);
        let nearest = namesakes.min_by_key(|event| self.differences(event).count());
        if let Some(first) = nearest.and_then(|event| self.differences(event).next()) {
            return Difference { subject: format!("{subject} {}", first.subject), ..first };
        }
        let names: Vec<String> = events.iter().map(|event| quoted(&event.name)).collect();
        let same = events.iter().filter(|event| event.name == self.name).count();
        let got = match names.len() {
            0 => "no event".to_owned(),
            _ if same > 0 => format!("only {same} of them"),
            _ => format!("only {}", names.join(", ")),
        };
        Difference::new(subject, "", got)
    }
}

/// Returns the unmet event clauses: the position among the clauses, and the difference.
pub(super) fn events(clauses: &[Clause], events: &[Event]) -> Vec<(Option<usize>, Difference)> {
    let wanted: Vec<Wanted<'_>> = clauses.iter().enumerate().filter_map(wanted).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let meeting = |wanted: &Wanted<'_>| (0..events.len()).filter(|event| wanted.is_met(&events[*event])).collect();
    let choices: Vec<Vec<usize>> = wanted.iter().map(meeting).collect();
    let taken = assign(&choices, &vec![1; wanted.len()], events.len());
    let unused: Vec<&Event> =
        events.iter().zip(&taken).filter(|(_, by)| by.is_none()).map(|(event, _)| event).collect();
    let unmet = wanted.iter().enumerate().filter(|(index, _)| !taken.contains(&Some(*index)));
    unmet.map(|(_, wanted)| (Some(wanted.position), wanted.difference(events, &unused))).collect()
}

fn wanted((position, clause): (usize, &Clause)) -> Option<Wanted<'_>> {
    match clause {
        Clause::Event { name, conditions } => Some(Wanted { position, name, conditions }),
        _ => None,
    }
}
