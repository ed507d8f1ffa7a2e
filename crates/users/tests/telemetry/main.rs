//! Tests `users` in this process, with a real Redis and a stand-in for `remote-users`: the spans of its route, its
//! timer and its WebSocket.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod defects;
mod faults;
mod library;
mod refresh;
mod socket;
mod user;
mod world;
