//! `GET /data`: a user from users; on request late (`delay_ms`) or not at all (`fail`).

use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use serde_json::{Map, Value};
use telemetry::query;
use tokio::time::sleep;

use crate::AppState;
use crate::error::ItemsError;

/// The longest delay that can be asked for: below the time that the server gives a request.
const LONGEST_DELAY_MS: u64 = 10_000;

/// The handler.
pub async fn data(
    State(state): State<AppState>,
    Query(parameters): Query<query::Parameters>,
) -> Result<Json<Map<String, Value>>, ItemsError> {
    let delay_ms = query::whole(&parameters, "delay_ms", 0, 0..=LONGEST_DELAY_MS).map_err(ItemsError::Parameter)?;
    if delay_ms > 0 {
        // Not waiting for anything: a slow request is what was asked for.
        sleep(Duration::from_millis(delay_ms)).await;
    }
    if query::flag(&parameters, "fail") {
        return Err(ItemsError::OnRequest);
    }
    Ok(Json(state.users.user().await.map_err(ItemsError::Users)?))
}
