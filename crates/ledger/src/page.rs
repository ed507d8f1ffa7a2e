//! A page of a part, read over HTTP.

use reqwest::{Client, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;

use crate::read_error::{ReadError, ReadProblem};

/// A page of a part.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) part: String,
    pub(crate) url: String,
}

impl Page {
    /// The text of the page.
    pub(crate) async fn text(&self, client: &Client, timeout: std::time::Duration) -> Result<String, ReadError> {
        let (status, text) = self.response(client.get(&self.url).timeout(timeout)).await?;
        if status.is_success() { Ok(text) } else { Err(self.error(ReadProblem::Status(status, text))) }
    }

    /// The text of a response; `None` if there is no such page (404).
    pub(crate) async fn found(&self, request: RequestBuilder) -> Result<Option<String>, ReadError> {
        match self.response(request).await? {
            (StatusCode::NOT_FOUND, _) => Ok(None),
            (status, text) if status.is_success() => Ok(Some(text)),
            (status, text) => Err(self.error(ReadProblem::Status(status, text))),
        }
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, text: &str, expected: &'static str) -> Result<T, ReadError> {
        serde_json::from_str(text).map_err(|error| self.error(ReadProblem::Unexpected(expected, error.into())))
    }

    pub(crate) fn error(&self, problem: ReadProblem) -> ReadError {
        ReadError { part: self.part.clone(), url: self.url.clone(), problem }
    }

    async fn response(&self, request: RequestBuilder) -> Result<(StatusCode, String), ReadError> {
        let response =
            request.send().await.map_err(|error| self.error(ReadProblem::NoResponse(error.without_url())))?;
        let status = response.status();
        let text = response.text().await.map_err(|error| self.error(ReadProblem::Incomplete(error.without_url())))?;
        Ok((status, text))
    }
}
