//! A variant that says what it removes: its steps are the scenario's, and its trees are derived from the scenario's.
//!
//! So both together are one assertion: switched off, exactly those spans are gone, and nothing else is different.

use trace_assert::Expectation;

use crate::background::Background;
use crate::metric::Metric;
use crate::step::Step;

/// What a scenario without a variant does, and what it must show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unvaried<'a> {
    pub(crate) steps: &'a [Step],
    pub(crate) background: &'a [Background],
    pub(crate) metrics: &'a [Metric],
}

/// Steps, background and metrics of a variant.
pub(crate) type Derived = (Vec<Step>, Vec<Background>, Vec<Metric>);

impl Unvaried<'_> {
    /// The same steps, background and metrics, without the spans of a scope in their trees.
    ///
    /// # Errors
    /// When no tree has the scope, or a tree cannot be without it; a sentence.
    pub(crate) fn without_scope(&self, scope: &str) -> Result<Derived, String> {
        let mut removal = Removal { scope, lines: 0 };
        let mut steps = self.steps.to_vec();
        for step in &mut steps {
            let trees = [&mut step.check.trace, &mut step.check.linked].into_iter().flatten();
            trees.into_iter().try_for_each(|tree| removal.apply(tree, &step.caption))?;
        }
        let mut background = self.background.to_vec();
        background.iter_mut().try_for_each(|one| removal.apply(&mut one.tree, &one.caption))?;
        if removal.lines == 0 {
            return Err(format!("no line of a tree says scope=\"{scope}\""));
        }
        Ok((steps, background, self.metrics.to_vec()))
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
