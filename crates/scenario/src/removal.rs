//! What a variant lacks: its steps are the scenario's, and its trees are those of the scenario without the spans of a scope.
//!
//! So both together are one assertion: switched off, exactly those spans are gone, and nothing else is different.

use toml::Spanned;

use crate::background::Background;
use crate::document::DocumentError;
use crate::step::Step;
use crate::table::Table;

/// What a variant's traces lack, while nothing else is different.
#[derive(Debug, Clone)]
pub struct Removes {
    /// The instrumentation scope of which no span may be stored.
    pub scope: String,
    /// Behaviors that it covers.
    pub covers: Vec<String>,
}

impl Removes {
    /// Reads `[variant.removes]`; the scope also with its place in the file.
    pub(crate) fn read(table: &mut Table<'_>) -> Result<(Self, Spanned<String>), DocumentError> {
        let scope: Spanned<String> = table.require("scope")?;
        let covers = table.take_or_default("covers")?;
        Ok((Self { scope: scope.get_ref().clone(), covers }, scope))
    }

    /// Removes the spans of the scope from every tree.
    ///
    /// # Errors
    /// When no tree has the scope, or a tree cannot be without it; the problem in words.
    pub(crate) fn apply(&self, steps: &mut [Step], background: &mut [Background]) -> Result<(), String> {
        let of_steps = steps.iter_mut().flat_map(|Step { caption, check, .. }| {
            [&mut check.trace, &mut check.linked].into_iter().flatten().map(|tree| (&*caption, tree))
        });
        let of_background = background.iter_mut().map(|Background { caption, tree, .. }| (&*caption, tree));
        let mut lines = 0;
        for (caption, tree) in of_steps.chain(of_background) {
            let remaining = tree.without_scope(&self.scope).map_err(|error| format!("tree of `{caption}`: {error}"))?;
            lines += tree.patterns().count() - remaining.patterns().count();
            *tree = remaining;
        }
        if lines == 0 {
            return Err(format!("no tree of the scenario has a line with scope=\"{}\"", self.scope));
        }
        Ok(())
    }
}
