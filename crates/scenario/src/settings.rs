//! What a scenario or a variant sets: configuration files, variables, and files in the parts' state directories.

use std::collections::BTreeMap;
use std::path::PathBuf;

use toml::Spanned;

use crate::document::Parsed;
use crate::names::Names;
use crate::topology::{Part, Role, SERVICES, variable};
use crate::variables;

/// Part or `services` → variable → value.
pub type Environment = BTreeMap<String, BTreeMap<String, String>>;

/// Part → file name → text: what is in a part's state directory before it starts for the first time.
pub type Files = BTreeMap<String, BTreeMap<String, String>>;

/// Part → configuration files, in the order in which they are layered.
pub type Layers = BTreeMap<String, Vec<PathBuf>>;

/// Part → name → text, each with its place in the file.
type Texts = BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, String>>;

/// Checks `[layers]`.
pub(crate) fn layers(read: BTreeMap<Spanned<String>, Vec<Spanned<String>>>, names: &Names<'_>) -> Parsed<Layers> {
    let one = |(part, files): (Spanned<String>, Vec<Spanned<String>>)| {
        let name = names.part("layers", &part)?;
        if files.is_empty() {
            let problem = format!("part `{name}` has no file, expected at least 1");
            return Err(names.document.invalid("layers", &part, problem));
        }
        let paths = files.iter().map(|file| layer(&name, file, names)).collect::<Result<_, _>>()?;
        Ok((name, paths))
    };
    read.into_iter().map(one).collect()
}

fn layer(part: &str, file: &Spanned<String>, names: &Names<'_>) -> Parsed<PathBuf> {
    let path = names.layer(file.get_ref());
    if path.is_file() {
        return Ok(path);
    }
    let shown = path.strip_prefix(names.root).unwrap_or(&path).display();
    Err(names.document.invalid(part, file, format!("the file {shown} does not exist")))
}

/// Checks `[environment]`.
pub(crate) fn environment(read: Texts, names: &Names<'_>) -> Parsed<Environment> {
    let one = |(part, variables): (Spanned<String>, BTreeMap<Spanned<String>, String>)| {
        let services = part.get_ref() == SERVICES;
        let section = if services { part.into_inner() } else { names.part("environment", &part)? };
        let layers = names.layers(&section);
        for (name, value) in &variables {
            let invalid = |problem: String| names.document.invalid(name.get_ref(), name, problem);
            variables::check(&section, name.get_ref(), &layers, names.topology).map_err(invalid)?;
            if sets_own_address(&section, name.get_ref(), names) {
                return Err(invalid("topology.toml sets this address; a scenario cannot change it".to_owned()));
            }
            names.topology.filled(value).map_err(|error| invalid(error.to_string()))?;
        }
        Ok((section, variables.into_iter().map(|(name, value)| (name.into_inner(), value)).collect()))
    };
    read.into_iter().map(one).collect()
}

/// Whether a section sets where its own part listens, while all others would still look for it at its port.
fn sets_own_address(section: &str, name: &str, names: &Names<'_>) -> bool {
    let is_in = |part: &str, role| part == section || (section == SERVICES && role == Role::Service);
    let sets_port = |(part, known): (&str, &Part)| {
        is_in(part, known.role) && known.ports.keys().any(|port| variable(part, port) == name)
    };
    name == "LAB_LISTEN" || names.topology.parts().any(sets_port)
}

/// Checks `[files]`.
pub(crate) fn files(read: Texts, names: &Names<'_>) -> Parsed<Files> {
    let one = |(part, files): (Spanned<String>, BTreeMap<Spanned<String>, String>)| {
        let texts = files.into_iter().map(|(name, text)| Ok((names.file(name.get_ref(), &name)?, text)));
        Ok((names.part_with_files("files", &part)?, texts.collect::<Parsed<_>>()?))
    };
    read.into_iter().map(one).collect()
}
