//! Why a part or the store could not be read.

use scenario::topology::UnknownAddress;

/// Why a part or the store could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Nothing answered.
    #[error("{part} does not answer at {url}")]
    NotAnswering {
        /// The part.
        part: String,
        /// The page.
        url: String,
        /// What the HTTP client says.
        source: reqwest::Error,
    },
    /// The answer is an error.
    #[error("{part} answers an error at {url}")]
    Status {
        /// The part.
        part: String,
        /// The page.
        url: String,
        /// What the HTTP client says.
        source: reqwest::Error,
    },
    /// The answer is an error that says why.
    #[error("{part} answers {status} at {url}: {text}")]
    Refused {
        /// The part.
        part: String,
        /// The page.
        url: String,
        /// The HTTP status.
        status: reqwest::StatusCode,
        /// The body.
        text: String,
    },
    /// The answer ended early.
    #[error("{part} broke off its answer at {url}")]
    BrokenOff {
        /// The part.
        part: String,
        /// The page.
        url: String,
        /// What the HTTP client says.
        source: reqwest::Error,
    },
    /// The answer has as many traces as were requested, so others may be missing from it.
    #[error(
        "{part} returned {most} traces at {url}, as many as were requested, so some may be missing: run fewer requests"
    )]
    CutOff {
        /// The part.
        part: String,
        /// The page.
        url: String,
        /// How many traces were requested at most.
        most: usize,
    },
    /// The answer does not have the expected form.
    #[error("{part}: {url} is not {expected}")]
    Unexpected {
        /// The part.
        part: String,
        /// The page.
        url: String,
        /// What it should be, such as `a page of metrics`.
        expected: &'static str,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The topology gives the part no such port.
    #[error("{part} cannot be read")]
    Address {
        /// The part.
        part: String,
        /// Which address is missing.
        source: UnknownAddress,
    },
    /// The topology names no port with the part's own metrics.
    #[error("{part} has no metrics port in the topology")]
    NoMetricsPort {
        /// The part.
        part: String,
    },
}

impl ReadError {
    /// The part that could not be read.
    #[must_use]
    pub fn part(&self) -> &str {
        match self {
            Self::NotAnswering { part, .. }
            | Self::Status { part, .. }
            | Self::Refused { part, .. }
            | Self::BrokenOff { part, .. }
            | Self::CutOff { part, .. }
            | Self::Unexpected { part, .. }
            | Self::Address { part, .. }
            | Self::NoMetricsPort { part } => part,
        }
    }

    /// Whether waiting longer may help: a part that is slow, or paused, may still answer.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::NotAnswering { source, .. } | Self::Status { source, .. } | Self::BrokenOff { source, .. } => {
                source.is_timeout()
            }
            _ => false,
        }
    }

    /// The error with its causes, as one line.
    #[must_use]
    pub fn told(&self) -> String {
        let causes = std::iter::successors(std::error::Error::source(self), |cause| cause.source());
        causes.fold(self.to_string(), |told, cause| format!("{told}: {cause}"))
    }
}
