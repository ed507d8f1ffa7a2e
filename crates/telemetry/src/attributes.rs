//! Our own names: every `lab.*` attribute, and the attributes, metrics and values that no convention has.
//!
//! All other names come from `opentelemetry_semantic_conventions`; a name written out by hand is a name misspelt one day.

/// Which user was picked: the index in the list of users, an integer.
pub const LAB_USER_INDEX: &str = "lab.user.index";

/// Whether the list of users came from the cache, a boolean.
pub const LAB_CACHE_HIT: &str = "lab.cache.hit";

/// The tenant: the baggage entry of this name, copied to every span of the request as proof that baggage travels.
pub const LAB_TENANT: &str = "lab.tenant";

/// Whether the user pays: the baggage entry of this name, a string as all baggage is.  The name is the bootcamp's.
pub const USER_PAYING: &str = "user.paying";

/// Whether the picked user pays, a boolean: learnt while the request is served, and so too late for a head sampler.
pub const LAB_USER_PAYING: &str = "lab.user.paying";

/// Why our own head sampler kept a trace: the name of what decided, `user.paying`.  It is on the trace's root only.
pub const LAB_SAMPLER_RULE: &str = "lab.sampler.rule";

/// Counter of HTTP requests served, also of those that failed.  The name is the bootcamp's; conventions have no such counter.
pub const HTTP_CALLS: &str = "http_calls";

/// Counter of deliveries: what Redis answered to each PUBLISH, summed up.
pub const LAB_MESSAGING_DELIVERIES: &str = "lab.messaging.deliveries";

/// `messaging.system` of Redis publish and subscribe; the registry of conventions has no value for it.
pub const SYSTEM_REDIS: &str = "redis";

/// `messaging.system` of messages on a WebSocket; again without a registered value.
pub const SYSTEM_WEBSOCKET: &str = "websocket";

/// Counter of attempts to open a long-lived connection: a socket, a subscription, the connection to Redis.
pub const LAB_CONNECTIONS: &str = "lab.connections";

/// Histogram of how many people each answer of remote-users had.
pub const LAB_USERS_SERVED: &str = "lab.users.served";

/// Whether the client named the number of people: `given` or `default`.
pub const LAB_USERS_ASKED: &str = "lab.users.asked";

/// The number of people; recorded, and dropped by a view, because every number would be a time series.
pub const LAB_USERS_COUNT: &str = "lab.users.count";

/// Counter of secrets that were taken out of spans before they left.
pub const LAB_REDACTED: &str = "lab.redacted";

/// What a secret looked like: `email`, `jwt` and so on, or `key` where the attribute's own name announced it.
pub const LAB_REDACTED_KIND: &str = "lab.redacted.kind";

/// Which connection: `websocket`, `subscription` or `redis`.
pub const LAB_CONNECTION: &str = "lab.connection";
