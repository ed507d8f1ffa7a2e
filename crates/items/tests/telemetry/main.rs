//! items in-process, with a real Redis and a stand-in for users: the spans of its routes, and neighbours that fail.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod data;
mod publish;
mod socket;
mod world;
