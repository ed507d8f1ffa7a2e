//! What became of one trace, in words.
//!
//! # Layout
//! - [`answer`]: the evidence as one readable answer
//! - `facts`: what can be shown
//! - `sentence`: the verdict as a sentence; `inferred`: what follows from the facts, and is recorded nowhere
//! - `words`: spans and counts in words

pub mod answer;
mod facts;
mod inferred;
mod sentence;
#[cfg(test)]
mod tests;
mod words;

pub use answer::Answer;
