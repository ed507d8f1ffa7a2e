//! The HTTP client of the span exporter. It keeps the status of the last response, because the exporter's error is only
//! a sentence.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::StatusCode;
use opentelemetry_http::{HttpClient, HttpError, Request, Response};

/// The status of the last response. Clones share it. One batch is exported at a time, so it belongs to that batch.
#[derive(Clone, Debug, Default)]
pub(crate) struct LastStatus(Arc<AtomicU16>);

impl LastStatus {
    /// Forgets the status. Call it before an export.
    pub(crate) fn clear(&self) {
        self.set(None);
    }

    /// The status if it is not 2xx; `None` after a success, or if there was no response.
    pub(crate) fn failure(&self) -> Option<StatusCode> {
        let status = StatusCode::from_u16(self.0.load(Ordering::Relaxed)).ok()?;
        (!status.is_success()).then_some(status)
    }

    fn set(&self, status: Option<StatusCode>) {
        // 0 is no status code.
        self.0.store(status.map_or(0, |status| status.as_u16()), Ordering::Relaxed);
    }
}

/// A client that writes the status of each response to a [`LastStatus`].
#[derive(Debug)]
pub(crate) struct ExportClient<C> {
    http: C,
    last: LastStatus,
}

impl<C> ExportClient<C> {
    pub(crate) fn new(http: C, last: LastStatus) -> Self {
        Self { http, last }
    }
}

impl ExportClient<reqwest::blocking::Client> {
    /// The client for the batch thread of the SDK, which has no tokio reactor. `timeout` limits one request.
    pub(crate) fn blocking(timeout: Duration, last: LastStatus) -> reqwest::Result<Self> {
        // reqwest panics if a blocking client is created in an asynchronous task.
        let build = thread::spawn(move || reqwest::blocking::Client::builder().timeout(timeout).build());
        Ok(Self::new(build.join().unwrap_or_else(|panic| resume_unwind(panic))?, last))
    }
}

#[async_trait]
impl<C: HttpClient> HttpClient for ExportClient<C> {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let response = self.http.send_bytes(request).await;
        self.last.set(response.as_ref().ok().map(Response::status));
        response
    }
}
