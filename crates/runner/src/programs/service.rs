//! The services of this workspace.

use super::part_context::{ArgumentsError, PartContext};
use super::program::{Program, Rejection, Source, StopOrder};

/// What our services end with when a variable is not usable: `EX_USAGE` of sysexits.h.
const BAD_ENVIRONMENT: i32 = 64;

/// A service of this workspace, named like its part. Its environment configures it.
#[derive(Debug)]
pub(super) struct Service;

impl Program for Service {
    fn source(&self) -> Source {
        Source::Workspace
    }

    fn arguments(&self, _part: &PartContext<'_>) -> Result<Vec<String>, ArgumentsError> {
        Ok(Vec::new())
    }

    fn rejection(&self) -> Rejection {
        Rejection::ExitCode(BAD_ENVIRONMENT)
    }

    fn stop_order(&self) -> StopOrder {
        StopOrder::First
    }
}
