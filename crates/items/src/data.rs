//! `GET /data`: returns a user from `users`; the parameters `delay_ms`, `linger_ms` and `fail` make the request slow
//! or fail it.

use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use serde_json::{Map, Value};
use telemetry::query;
use tokio::time::sleep;

use crate::error::ItemsError;
use crate::state::AppState;

/// The maximum sum of both delays, in milliseconds. It is below the time limit of a request.
const LONGEST_DELAY_MS: u64 = 10_000;

/// The handler. `delay_ms` delays the call to `users`, `linger_ms` delays the response after it, and `fail=1` fails
/// before it.
///
/// # Errors
///
/// Returns an error for an invalid parameter, for `fail=1`, and if `users` does not return a user.
pub async fn data(
    State(state): State<AppState>,
    Query(parameters): Query<query::Parameters>,
) -> Result<Json<Map<String, Value>>, ItemsError> {
    let ms = |name, longest| query::integer(&parameters, name, 0, 0..=longest).map_err(ItemsError::Parameter);
    let delay_ms = ms("delay_ms", LONGEST_DELAY_MS)?;
    let linger_ms = ms("linger_ms", LONGEST_DELAY_MS - delay_ms)?;
    pause(delay_ms).await;
    if query::flag(&parameters, "fail") {
        return Err(ItemsError::OnRequest);
    }
    let user = state.users.user().await.map_err(ItemsError::Users)?;
    // The spans of `users` have ended now, and the SERVER span of `items` is live. With a long delay, a tail-sampling
    // collector decides about the trace before this span is exported.
    pause(linger_ms).await;
    Ok(Json(user))
}

/// Sleeps because the client requested a slow response.
async fn pause(ms: u64) {
    if ms > 0 {
        sleep(Duration::from_millis(ms)).await;
    }
}
