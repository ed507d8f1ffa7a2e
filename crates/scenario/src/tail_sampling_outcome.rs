//! What a tail sampler does with a trace.

use crate::document::Parsed;
use crate::table::Table;

/// What a tail sampler does with a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TailSamplingOutcome {
    /// It is sampled because of this policy, which the collector writes on the scope.
    SampledBy(String),
    /// It is dropped whole because exactly these policies were evaluated and none sampled it; `None` means whichever were evaluated.
    Dropped(Option<Vec<String>>),
}

impl TailSamplingOutcome {
    /// Takes `sampled_by`, `dropped_by`, or `dropped = true`, which names no policy.
    pub(crate) fn read(table: &mut Table<'_>, caption: &str) -> Parsed<Option<Self>> {
        let dropped: Option<bool> = table.take("dropped")?;
        let sampled_by: Option<String> = table.take("sampled_by")?;
        let dropped_by: Option<Vec<String>> = table.take("dropped_by")?;
        let problem = match (dropped, sampled_by, dropped_by) {
            (_, _, Some(policies)) if policies.is_empty() => {
                "`dropped_by` names no policy; write `dropped = true` if the policies do not matter"
            }
            (None, None, None) => return Ok(None),
            (Some(true), None, None) => return Ok(Some(Self::Dropped(None))),
            (None, Some(policy), None) => return Ok(Some(Self::SampledBy(policy))),
            (None, None, Some(policies)) => return Ok(Some(Self::Dropped(Some(policies)))),
            (Some(false), None, None) => {
                "`dropped` can only be `true`; for a sampled trace, write `trace` or `sampled_by`"
            }
            _ => "expected at most one of `dropped`, `sampled_by` and `dropped_by`",
        };
        Err(table.invalid(format!("step `{caption}`: {problem}")))
    }
}
