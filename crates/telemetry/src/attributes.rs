//! Names of the lab's attributes, metrics and values that the semantic conventions do not define.
//!
//! All other names are constants of `opentelemetry_semantic_conventions`, because a name in a string literal can be
//! misspelled or outdated.

/// Span event attribute, integer: the index of the picked user in the list, from 0.
pub const LAB_USER_INDEX: &str = "lab.user.index";

/// Span attribute, boolean: whether the list of users came from the cache.
pub const LAB_CACHE_HIT: &str = "lab.cache.hit";

/// Baggage entry and span attribute, string: the tenant. It is copied from the baggage to every span of the request
/// and shows that baggage is propagated.
pub const LAB_TENANT: &str = "lab.tenant";

/// Baggage entry and span attribute: whether the user pays, `true` or `false`. Baggage values are always strings. The
/// original bootcamp chose the name.
pub const USER_PAYING: &str = "user.paying";

/// Span attribute, boolean: whether the picked user pays. It is set while the request is served, which is too late
/// for a head sampler.
pub const LAB_USER_PAYING: &str = "lab.user.paying";

/// Span attribute, string: the rule by which the lab's sampler sampled the trace, `user.paying`. With
/// `parentbased_lab_paying` only root spans have it.
pub const LAB_SAMPLER_RULE: &str = "lab.sampler.rule";

/// Counter: HTTP requests served, including failed ones. The original bootcamp chose the name. The semantic
/// conventions define no such counter.
pub const HTTP_CALLS: &str = "http_calls";

/// Counter, unit `{message}`: deliveries of published messages, the sum of the numbers of receivers that Redis
/// returned for PUBLISH.
pub const LAB_MESSAGING_DELIVERIES: &str = "lab.messaging.deliveries";

/// `messaging.system` of Redis Pub/Sub. The semantic conventions define no value for it. `db.system.name` of Redis
/// commands has the same value.
pub const SYSTEM_REDIS: &str = "redis";

/// `messaging.system` of messages on a WebSocket. The semantic conventions define no value for it.
pub const SYSTEM_WEBSOCKET: &str = "websocket";

/// Counter, unit `{connection}`: attempts to open a long-lived connection.
pub const LAB_CONNECTIONS: &str = "lab.connections";

/// Histogram, unit `{user}`: the number of users in a response of `remote-users`.
pub const LAB_USERS_SERVED: &str = "lab.users.served";

/// Attribute of `lab.users.served`: `given` if the client sent the parameter `count`, otherwise `default`.
pub const LAB_USERS_COUNT_SOURCE: &str = "lab.users.count_source";

/// Attribute of `lab.users.served`, integer: the number of users. A view drops it, because each number would be a
/// separate time series.
pub const LAB_USERS_COUNT: &str = "lab.users.count";

/// Counter, unit `{secret}`: secrets that were removed from spans before export.
pub const LAB_REDACTED: &str = "lab.redacted";

/// Attribute of `lab.redacted`: the kind of the secret, such as `email` or `jwt`; `key` if the attribute's name
/// showed that the value is a secret.
pub const LAB_REDACTED_KIND: &str = "lab.redacted.kind";

/// Attribute of `lab.connections`: `websocket`, `subscription` or `redis`.
pub const LAB_CONNECTION: &str = "lab.connection";
