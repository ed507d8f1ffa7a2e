//! Defects that a service can be told to have: `LAB_DEFECT`, one word.
//!
//! Each was in the bootcamp's code, or is made every day.  The scenarios plant them (`broken-…` variants), and a run has to
//! find them out.  The code of a defect is in `defect.rs` of the service that has it, so that nothing else is crooked.

use crate::environment::Parser;

/// A defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// D1: a message's payload is not what was sent, behind a trace that is perfect.
    GarbledPayload,
    /// D2: the span of a message has no kind, no `messaging.*`, and is not current while the message is processed.
    BareSpan,
    /// D11: the WebSocket carries no context.
    NoContext,
    /// D7: the process ends without delivering the spans that wait in the batch.
    NoFlush,
    /// D8: a random index may be one too large.
    OffByOne,
    /// D9: a span is opened and is not current while the work that it is about is done.
    NotCurrent,
}

impl Defect {
    /// What one writes.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::GarbledPayload => "garbled-payload",
            Self::BareSpan => "bare-span",
            Self::NoContext => "no-context",
            Self::NoFlush => "no-flush",
            Self::OffByOne => "off-by-one",
            Self::NotCurrent => "not-current",
        }
    }

    /// Reads `LAB_DEFECT`.  A service says which it knows to have; any other is a bad value, so that none is planted in
    /// vain.
    pub fn read(parser: &mut Parser<'_>, known: &[Self]) -> Option<Self> {
        let choices: Vec<(&str, Option<Self>)> = known.iter().map(|defect| (defect.word(), Some(*defect))).collect();
        parser.one_of("LAB_DEFECT", None, &choices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    #[test]
    fn a_service_has_only_the_defects_that_it_knows() {
        let environment = Environment::from([("LAB_DEFECT", "bare-span")]);
        let mut parser = environment.parser();
        assert_eq!(Defect::read(&mut parser, &[Defect::NoContext, Defect::BareSpan]), Some(Defect::BareSpan));
        assert_eq!(Defect::read(&mut parser, &[Defect::GarbledPayload, Defect::NoContext]), None);
        let said = parser.finish().unwrap_err().to_string();
        assert_eq!(said, "LAB_DEFECT=\"bare-span\" is not usable: one of: garbled-payload, no-context expected");
    }
}
