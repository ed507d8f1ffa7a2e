//! Why a check could not be made.

use anyhow::anyhow;

use crate::finding::Finding;

/// Why a check could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The parts do not answer, or do not become idle.
    #[error("the environment is not ready: {0:#}")]
    NotReady(anyhow::Error),
    /// The lab itself failed.
    #[error("{0:#}")]
    Failed(#[from] anyhow::Error),
}

impl CheckError {
    /// This error, and behind it what could not be undone.
    #[must_use]
    pub(crate) fn and(self, not_undone: &[Finding]) -> Self {
        match self {
            Self::NotReady(error) => Self::NotReady(beside(error, not_undone)),
            Self::Failed(error) => Self::Failed(beside(error, not_undone)),
        }
    }
}

/// An error, and behind it what could not be undone: the error is what happened first.
#[must_use]
pub fn beside(error: anyhow::Error, not_undone: &[Finding]) -> anyhow::Error {
    not_undone.iter().fold(error, |error, finding| anyhow!("{error:#}; {finding}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::FaultKind;

    #[test]
    fn what_could_not_be_undone_is_told_beside_the_error_and_not_instead_of_it() {
        let (part, error) = ("users".to_owned(), "nobody answered".to_owned());
        let not_undone = [Finding::NotUndone { part, fault: FaultKind::Stopped, error }];
        let said = CheckError::NotReady(anyhow!("prometheus is away")).and(&not_undone).to_string();
        assert_eq!(
            said,
            "the environment is not ready: prometheus is away; users was stopped and could not be started again: nobody answered"
        );
        assert_eq!(beside(anyhow!("interrupted"), &[]).to_string(), "interrupted");
    }
}
