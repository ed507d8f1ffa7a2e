//! `GET /data`: a user from users; on request late (`delay_ms` before users is asked, `linger_ms` after), or not at all (`fail`).

use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use serde_json::{Map, Value};
use telemetry::query;
use tokio::time::sleep;

use crate::AppState;
use crate::error::ItemsError;

/// The longest delay that can be asked for, both together: below the time that the server gives a request.
const LONGEST_DELAY_MS: u64 = 10_000;

/// The handler.
pub async fn data(
    State(state): State<AppState>,
    Query(parameters): Query<query::Parameters>,
) -> Result<Json<Map<String, Value>>, ItemsError> {
    let ms = |name, longest| query::whole(&parameters, name, 0, 0..=longest).map_err(ItemsError::Parameter);
    let delay_ms = ms("delay_ms", LONGEST_DELAY_MS)?;
    let linger_ms = ms("linger_ms", LONGEST_DELAY_MS - delay_ms)?;
    pause(delay_ms).await;
    if query::flag(&parameters, "fail") {
        return Err(ItemsError::OnRequest);
    }
    let user = state.users.user().await.map_err(ItemsError::Users)?;
    // Here the spans of users have ended and ours are live: who lingers long enough exports its own after they were judged.
    pause(linger_ms).await;
    Ok(Json(user))
}

/// Not waiting for anything: a slow request is what was asked for.
async fn pause(ms: u64) {
    if ms > 0 {
        sleep(Duration::from_millis(ms)).await;
    }
}
