//! The rules for `[nodes]`: one node is called `app`, and each part runs on one node.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

/// The node on which `lab check` runs in a VM test (`vm-tests/check.nix`).
const CHECKING: &str = "app";

/// What does not hold, and where in the file, if it is at one of the parts.
pub(crate) fn complaint(nodes: &BTreeMap<String, Vec<Spanned<String>>>) -> Option<(Option<usize>, String)> {
    if !nodes.contains_key(CHECKING) {
        return Some((None, format!("`nodes`: none is called `{CHECKING}`, from which a scenario is checked")));
    }
    let mut placed = BTreeSet::new();
    let twice = nodes.values().flatten().find(|part| !placed.insert(part.get_ref().as_str()))?;
    Some((Some(twice.span().start), format!("`nodes`: part `{}` runs on two nodes", twice.get_ref())))
}
