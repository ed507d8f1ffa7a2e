//! What a tail sampler does with a trace.

use crate::document::DocumentError;
use crate::names::Names;
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
    pub(crate) fn read(table: &mut Table<'_>, caption: &str, names: &Names<'_>) -> Result<Option<Self>, DocumentError> {
        let at = table.at();
        let wrong = |message: &str| Err(names.wrong(at, format!("step `{caption}`: {message}")));
        let dropped: Option<bool> = table.take("dropped")?;
        let sampled_by: Option<String> = table.take("sampled_by")?;
        let dropped_by: Option<Vec<String>> = table.take("dropped_by")?;
        if dropped_by.as_ref().is_some_and(Vec::is_empty) {
            return wrong("`dropped_by` names no policy; `dropped = true` says that none need be named");
        }
        match (dropped, sampled_by, dropped_by) {
            (None, None, None) => Ok(None),
            (Some(true), None, None) => Ok(Some(Self::Dropped(None))),
            (None, Some(policy), None) => Ok(Some(Self::SampledBy(policy))),
            (None, None, Some(policies)) => Ok(Some(Self::Dropped(Some(policies)))),
            (Some(false), None, None) => {
                wrong("`dropped` can only be true; what is sampled has a `trace` or a `sampled_by`")
            }
            _ => wrong("has more than one of `dropped`, `sampled_by` and `dropped_by`"),
        }
    }
}
