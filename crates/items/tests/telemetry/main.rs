//! items in-process, with a real Redis and a stand-in for users: the spans of its routes, and neighbours that fail.

mod data;
mod publish;
mod socket;
mod world;
