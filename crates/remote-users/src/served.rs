//! The histogram of people per response, and the view that sets its buckets.

use telemetry::attributes::{LAB_USERS_COUNT, LAB_USERS_COUNT_SOURCE, LAB_USERS_SERVED};
use telemetry::metrics::IntegerHistogram;
use telemetry::{KeyValue, View};

/// The view of `lab.users.served`.
///
/// The SDK's default buckets are made for milliseconds; these suit numbers of people. Only the attribute with two
/// values is kept. The count would create a time series for each number.
pub const VIEW: View = View {
    instrument: LAB_USERS_SERVED,
    buckets: &[1.0, 5.0, 20.0, 100.0, 1000.0],
    attributes: &[LAB_USERS_COUNT_SOURCE],
};

/// The histogram `lab.users.served`, unit `{user}`.
#[derive(Debug, Clone)]
pub struct Served(IntegerHistogram);

impl Default for Served {
    fn default() -> Self {
        Self(IntegerHistogram::new(LAB_USERS_SERVED, "{user}", "Number of users in a response."))
    }
}

impl Served {
    /// Records one response. `count_given` is true if the client sent the parameter `count`.
    pub fn record(&self, people: u64, count_given: bool) {
        let source = if count_given { "given" } else { "default" };
        let count = i64::try_from(people).unwrap_or(i64::MAX);
        self.0.record(people, &[KeyValue::new(LAB_USERS_COUNT_SOURCE, source), KeyValue::new(LAB_USERS_COUNT, count)]);
    }
}
