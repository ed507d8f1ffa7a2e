//! The reason why a sampler could not be built.

/// One sentence with the cause.
#[derive(Debug, thiserror::Error)]
#[error("the sampler: {0}")]
pub(crate) struct SamplerError(pub(super) String);
