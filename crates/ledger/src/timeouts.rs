//! How long a check waits for what, in proportion to its deadline: a virtual machine without KVM is slow everywhere.

use std::time::Duration;

/// The deadline of a check (`--deadline`), and what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// How long a run may take to settle, a request may take, and a response may take to become the expected one. It is longer
    /// than the longest `delay_ms` of `items`, and than Jaeger and the services take to read changed sampling strategies.
    pub deadline: Duration,
}

impl Timeouts {
    /// How long a part may take to show its counters: 1 s of 30.
    #[must_use]
    pub fn for_a_response(self) -> Duration {
        self.deadline / 30
    }

    /// How long a part may refuse connections: 3 s of 30.
    #[must_use]
    pub fn for_a_listener(self) -> Duration {
        self.deadline / 10
    }

    /// How long a part may take to accept a connection: 5 s of 30.
    #[must_use]
    pub fn for_a_connection(self) -> Duration {
        self.deadline / 6
    }

    /// How long a Redis reply may take to become the expected one: 15 s of 30.
    #[must_use]
    pub fn for_a_reply(self) -> Duration {
        self.deadline / 2
    }

    /// How long one message over its own WebSocket may take, handshake and response included: 10 s of 30.
    #[must_use]
    pub fn for_a_websocket_message(self) -> Duration {
        self.deadline / 3
    }

    /// How long a request may take to reach the service that is to be terminated under it: 10 s of 30.
    #[must_use]
    pub fn for_an_arrival(self) -> Duration {
        self.deadline / 3
    }

    /// How long a part that was started again may take to show its counters: 10 s of 30.
    #[must_use]
    pub fn for_a_start(self) -> Duration {
        self.deadline / 3
    }

    /// How long no counter may change before a run counts as settled although the counts differ: 20 s of 30.
    #[must_use]
    pub fn for_a_stall(self) -> Duration {
        self.deadline * 2 / 3
    }

    /// How long the parts may take to become idle before the first step: 15 s of 30.
    #[must_use]
    pub fn until_idle(self) -> Duration {
        self.deadline / 2
    }

    /// How long Prometheus may take to show what the services already count, after some exports and scrapes: 20 s of 30.
    #[must_use]
    pub fn for_a_metric(self) -> Duration {
        self.deadline * 2 / 3
    }
}
