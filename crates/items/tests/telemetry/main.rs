//! Tests `items` in this process, with a real Redis and a stand-in for `users`: the spans of each route, also when
//! Redis or `users` fails.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod data;
mod publish;
mod socket;
mod world;
