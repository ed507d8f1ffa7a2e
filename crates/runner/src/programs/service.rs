//! The services of this workspace.

use super::program::{Program, Rejection, StopOrder};

/// The exit code of our services when a variable is invalid: `EX_USAGE` of sysexits.h.
const BAD_ENVIRONMENT: i32 = 64;

/// A service of this workspace, named like its part. Its environment configures it.
pub(super) static SERVICE: Program = Program {
    external: None,
    arguments: |_, _| Ok(Vec::new()),
    rejection: Rejection::ExitCode(BAD_ENVIRONMENT),
    stop_order: StopOrder::First,
};
