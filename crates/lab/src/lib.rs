//! The lab: what runs where, started, driven, read back and proved.
pub mod document;
pub mod topology;
