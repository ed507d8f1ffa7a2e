//! Formats an error together with its causes.

use std::error::Error;
use std::iter::successors;

/// Returns the message of an error and those of its causes in one line, separated by `: `.
pub fn error_chain(error: &(dyn Error + 'static)) -> String {
    let errors = successors(Some(error), |error| (*error).source());
    errors.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
