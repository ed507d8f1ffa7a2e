//! The branches of a tree, drawn with box characters.

use crate::Forest;

/// Deeper than this, the depth is written as a number.
const DEEPEST: usize = 20;

/// Each span with the branch in front of it, each before its children.
pub(super) fn branches(forest: &Forest) -> Vec<(String, usize)> {
    let mut lines = Vec::new();
    // A span, the text in front of it, the text in front of its children, and its depth.
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
