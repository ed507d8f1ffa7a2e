//! How many people each answer had: a histogram of our own, and the view that gives it its buckets.

use telemetry::attributes::{LAB_USERS_ASKED, LAB_USERS_COUNT, LAB_USERS_SERVED};
use telemetry::metrics::WholeHistogram;
use telemetry::{KeyValue, View};

/// The buckets suit numbers of people; the SDK's own are made for milliseconds.  Of the attributes only that with two
/// values is kept: the count itself would be a series for each number that anybody ever asked for.
pub const VIEW: View =
    View { instrument: LAB_USERS_SERVED, buckets: &[1.0, 5.0, 20.0, 100.0, 1000.0], attributes: &[LAB_USERS_ASKED] };

/// The histogram.
#[derive(Debug, Clone)]
pub struct Served(WholeHistogram);

impl Default for Served {
    fn default() -> Self {
        Self(WholeHistogram::new(LAB_USERS_SERVED, "{user}", "People in an answer."))
    }
}

impl Served {
    /// Records one answer; `asked` says whether the client named the number.
    pub fn record(&self, people: u64, asked: bool) {
        let asked = if asked { "given" } else { "default" };
        let count = i64::try_from(people).unwrap_or(i64::MAX);
        self.0.record(people, &[KeyValue::new(LAB_USERS_ASKED, asked), KeyValue::new(LAB_USERS_COUNT, count)]);
    }
}
