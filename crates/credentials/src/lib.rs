//! Recognizes credentials, e-mail addresses and payment card numbers, by names and by patterns.

#![doc = include_str!("../README.md")]

mod compiled;
mod draft;
mod encoded;
mod find;
mod matches;
mod names;
mod pattern;
mod patterns;
mod placeholder;
mod redact;
mod spellings;
mod table;
mod words;

pub use names::{is_credential_name, is_sensitive_parameter};
pub use pattern::SecretPattern;
pub use patterns::patterns;
pub use placeholder::{MARK, REDACTED, is_placeholder};
pub use redact::{detect, redact};
pub use spellings::spellings;
pub use table::prepare;
