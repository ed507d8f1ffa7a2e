//! The type of an entry in the table of patterns.

use crate::matches::Match;
use crate::names::{self, Place};

/// A pattern of secrets, with examples. The tests of this crate and of those that use it are generated from them.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct SecretPattern {
    /// The kind, by which secrets are counted: `github_token`. Several patterns can have the same kind.
    pub kind: &'static str,
    /// The kind in words, with its article: `a GitHub token`.
    pub description: &'static str,
    /// Texts with one secret, and the same texts without it. Only this pattern matches them.
    pub examples: &'static [(&'static str, &'static str)],
    /// Similar texts without a secret. No pattern matches them.
    pub counterexamples: &'static [&'static str],
    /// A regular expression. The groups `keep` and `rest` stay in the text; the part between them is the secret.
    /// `<name>` stands for any name of `names`. The other parts in angle brackets are those of
    /// [`PARTS`](crate::patterns::PARTS).
    pub(crate) expression: &'static str,
    /// Which names are meant by `<name>`.
    pub(crate) names: Option<Place>,
    /// Words in lower case. Each match contains one of them, or one of `names`.
    pub(crate) hints: &'static [&'static str],
    /// The least number of digits of a text, if a match has no words.
    pub(crate) digits: Option<usize>,
    /// A condition for matches of the expression.
    pub(crate) condition: fn(&Match<'_>) -> bool,
}

impl SecretPattern {
    /// An entry for the table. A list of hints or a number of digits has to follow, and examples of both kinds.
    pub(crate) const fn new(kind: &'static str, description: &'static str, expression: &'static str) -> Self {
        Self {
            kind,
            description,
            expression,
            names: None,
            hints: &[],
            digits: None,
            condition: |_| true,
            examples: &[],
            counterexamples: &[],
        }
    }

    pub(crate) const fn after(mut self, names: Place) -> Self {
        self.names = Some(names);
        self
    }

    pub(crate) const fn hints(mut self, hints: &'static [&'static str]) -> Self {
        self.hints = hints;
        self
    }

    pub(crate) const fn digits(mut self, fewest: usize) -> Self {
        self.digits = Some(fewest);
        self
    }

    pub(crate) const fn only_if(mut self, condition: fn(&Match<'_>) -> bool) -> Self {
        self.condition = condition;
        self
    }

    pub(crate) const fn examples(mut self, examples: &'static [(&'static str, &'static str)]) -> Self {
        self.examples = examples;
        self
    }

    pub(crate) const fn counterexamples(mut self, counterexamples: &'static [&'static str]) -> Self {
        self.counterexamples = counterexamples;
        self
    }

    /// The hints of the entry and those of its names.
    pub(crate) fn all_hints(&self) -> impl Iterator<Item = &'static str> {
        self.names.into_iter().flat_map(names::hints).chain(self.hints.iter().copied())
    }
}
