//! Findings as JSON, with their words beside their fields.

use std::fmt;

use serde::Serialize;

/// Serializes findings with their words beside their fields, under the key `text`.
///
/// # Errors
/// Those of the serializer.
pub(crate) fn with_text<T: Serialize + fmt::Display, S: serde::Serializer>(
    findings: &[T],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Told<'a, T> {
        #[serde(flatten)]
        finding: &'a T,
        text: String,
    }
    serializer.collect_seq(findings.iter().map(|finding| Told { finding, text: finding.to_string() }))
}
