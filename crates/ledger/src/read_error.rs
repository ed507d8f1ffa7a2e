//! Why a page of a part could not be read.

/// A page of a part could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {part} at {url}")]
pub struct ReadError {
    /// The part.
    pub part: String,
    /// The page.
    pub url: String,
    /// What happened.
    #[source]
    pub problem: ReadProblem,
}

/// Why a page could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadProblem {
    /// Nothing arrived.
    #[error("no response")]
    NoResponse(#[source] reqwest::Error),
    /// A part of the response arrived.
    #[error("the response ended early")]
    Incomplete(#[source] reqwest::Error),
    /// The response is an error.
    #[error("HTTP {0}: {1}")]
    Status(reqwest::StatusCode, String),
    /// The response has as many traces as were requested, so others may be missing from it.
    #[error(
        "the response has {0} traces, as many as were requested, so some may be missing: send fewer requests per run"
    )]
    CutOff(usize),
    /// The response does not have the expected form, such as `a page of metrics`.
    #[error("the response is not {0}")]
    Unexpected(&'static str, #[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ReadError {
    /// Whether waiting longer may help: a part that is slow, or paused, may still respond.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match &self.problem {
            ReadProblem::NoResponse(error) | ReadProblem::Incomplete(error) => error.is_timeout(),
            _ => false,
        }
    }

    /// The error with its causes, as one line.
    #[must_use]
    pub fn with_causes(&self) -> String {
        let causes = std::iter::successors(std::error::Error::source(self), |cause| cause.source());
        causes.fold(self.to_string(), |text, cause| format!("{text}: {cause}"))
    }
}
