//! A variant that says what it removes: its steps are the scenario's, and its trees are derived from the scenario's.
//!
//! So both together are one assertion: switched off, exactly those spans are gone, and nothing else is different.

use trace_assert::Expectation;

use super::{Scenario, Variant};

impl Variant {
    /// Takes over the scenario's steps, background and metrics, without the spans of the scope that is removed.
    ///
    /// # Errors
    /// When the variant has steps of its own, no tree has the scope, or a tree cannot be without it; a sentence.
    pub(super) fn derive(&mut self, scenario: &Scenario) -> Result<(), String> {
        let Some(super::Removes { scope, .. }) = &self.removes else { return Ok(()) };
        if !self.steps.is_empty() || !self.background.is_empty() || !self.metrics.is_empty() {
            return Err("the variant is the scenario without a scope, and so has no steps of its own".to_owned());
        }
        let mut removal = Removal { scope, lines: 0 };
        let mut steps = scenario.steps.clone();
        for step in &mut steps {
            let trees = [&mut step.check.trace, &mut step.check.linked].into_iter().flatten();
            trees.into_iter().try_for_each(|tree| removal.apply(tree, &step.caption))?;
        }
        let mut background = scenario.background.clone();
        background.iter_mut().try_for_each(|one| removal.apply(&mut one.tree, &one.caption))?;
        if removal.lines == 0 {
            return Err(format!("no line of a tree says scope=\"{scope}\""));
        }
        self.metrics.clone_from(&scenario.metrics);
        (self.steps, self.background) = (steps, background);
        Ok(())
    }
}

/// What is removed, and how many lines have been so far.
struct Removal<'a> {
    scope: &'a str,
    lines: usize,
}

impl Removal<'_> {
    fn apply(&mut self, tree: &mut Expectation, caption: &str) -> Result<(), String> {
        let rest = tree.without_scope(self.scope).map_err(|error| format!("`{caption}`: {error}"))?;
        self.lines += tree.patterns().count() - rest.patterns().count();
        *tree = rest;
        Ok(())
    }
}
