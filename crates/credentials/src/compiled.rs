//! A pattern with its compiled expression: finds secrets in a text as it stands.

use regex::Regex;

use crate::matches::Match;
use crate::names;
use crate::pattern::SecretPattern;
use crate::patterns::PARTS;
use crate::placeholder::is_placeholder;

#[derive(Debug)]
pub(crate) struct CompiledPattern {
    pub(crate) pattern: &'static SecretPattern,
    regex: Regex,
}

impl CompiledPattern {
    pub(crate) fn new(pattern: &'static SecretPattern) -> Self {
        let names = pattern.names.map(names::expression).unwrap_or_default();
        let named = pattern.expression.replace("<name>", &names);
        let expression = PARTS.into_iter().fold(named, |whole, (name, part)| whole.replace(name, part));
        let regex =
            Regex::new(&expression).expect("the expressions of the table are valid, as the tests of the table show");
        Self { pattern, regex }
    }

    /// The matches that are secrets, from left to right. They do not overlap.
    pub(crate) fn find<'t>(&self, text: &'t str) -> impl Iterator<Item = Match<'t>> {
        let mut from = 0;
        std::iter::from_fn(move || {
            loop {
                // Most texts do not match, and captures require an allocation.
                if !self.regex.is_match_at(text, from) {
                    return None;
                }
                let one = Match::new(text, &self.regex.captures_at(text, from)?)?;
                let is_secret = self.is_secret(&one);
                // A card number can begin inside a number that is none.
                let again = !is_secret && self.pattern.digits.is_some();
                from = if again { one.secret.start + 1 } else { one.whole.end };
                if is_secret {
                    return Some(one);
                }
            }
        })
    }

    fn is_secret(&self, one: &Match<'_>) -> bool {
        !is_placeholder(one.secret()) && !is_gap(one.secret()) && (self.pattern.condition)(one)
    }
}

/// Whether this is only an encoded space (`+`, `%20`, `%2520`), as before a value that was replaced already.
fn is_gap(secret: &str) -> bool {
    secret.starts_with(['%', '+']) && secret.trim_matches(['%', '2', '5', '0', '+']).is_empty()
}
