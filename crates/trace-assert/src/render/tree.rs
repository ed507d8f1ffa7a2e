//! Draws the branches of a tree with box characters.

use crate::model::Forest;

/// From this depth on, the depth of the children is printed as a number, so that deep traces stay narrow.
const DEEPEST: usize = 20;

/// Returns each span with the branch text before it, parents before children.
pub(super) fn branches(forest: &Forest) -> Vec<(String, usize)> {
    let mut lines = Vec::new();
    // A span, the text before it, the text before its children, and its depth.
    let mut pending: Vec<(usize, String, String, usize)> =
        forest.roots().iter().rev().map(|root| (root.span, String::new(), String::new(), 0)).collect();
    while let Some((span, own, below, depth)) = pending.pop() {
        lines.push((own, span));
        let children = forest.children(span);
        for (position, child) in children.iter().enumerate().rev() {
            let last = position + 1 == children.len();
            let (own, below) = if depth < DEEPEST {
                (
                    format!("{below}{}", if last { "└ " } else { "├ " }),
                    format!("{below}{}", if last { "  " } else { "│ " }),
                )
            } else {
                (format!("{below}({}) ", depth + 1), below.clone())
            };
            pending.push((*child, own, below, depth + 1));
        }
    }
    lines
}
