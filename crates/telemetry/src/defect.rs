//! Defects that the variable `LAB_DEFECT` plants in a service, one at a time.
//!
//! Each of them was in the original bootcamp's code or is a common mistake. The `broken-…` variants of the scenarios
//! set the variable, and the run has to detect the defect. Each service implements its defects in its own
//! `defect.rs`, so that the other modules stay correct. D1 to D11 are the numbers in the lab's documentation.

use crate::environment::Parser;

/// A defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// D1: the payload of a message arrives changed, although the trace is complete and correct.
    GarbledPayload,
    /// D2: the span of a message has no span kind and no `messaging.*` attributes, and is not current while the
    /// message is processed.
    BareSpan,
    /// D11: the WebSocket propagates no context.
    NoContext,
    /// D7: the process exits without exporting the spans in the batch.
    NoFlush,
    /// D8: a random index can be one too large.
    OffByOne,
    /// D9: a span is started but not made current, so the spans of its work are not its children.
    NotCurrent,
}

impl Defect {
    /// The value of `LAB_DEFECT` that plants the defect.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GarbledPayload => "garbled-payload",
            Self::BareSpan => "bare-span",
            Self::NoContext => "no-context",
            Self::NoFlush => "no-flush",
            Self::OffByOne => "off-by-one",
            Self::NotCurrent => "not-current",
        }
    }

    /// Reads `LAB_DEFECT`. `known` lists the defects that the service implements. Any other value is rejected,
    /// because it would have no effect.
    pub fn read(parser: &mut Parser<'_>, known: &[Self]) -> Option<Self> {
        let choices: Vec<(&str, Option<Self>)> = known.iter().map(|defect| (defect.name(), Some(*defect))).collect();
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
        let error = parser.finish().unwrap_err().to_string();
        assert!(error.ends_with("expected one of garbled-payload, no-context"), "{error}");
    }
}
