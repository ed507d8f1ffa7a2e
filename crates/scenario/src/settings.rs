//! What a scenario or a variant sets: configuration files, variables, and files in the parts' state directories.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::PathBuf;

use toml::Spanned;

use crate::document::DocumentError;
use crate::names::{Names, layer_path};
use crate::table::Table;
use crate::topology::{Part, Role, SERVICES, variable};

/// Part or `services` → variable → value.
pub type Environment = BTreeMap<String, BTreeMap<String, String>>;

/// Part → file name → text: what is in a part's state directory before it starts for the first time.
pub type Files = BTreeMap<String, BTreeMap<String, String>>;

/// Part → configuration files, in the order in which they are layered.
pub type Layers = BTreeMap<String, Vec<PathBuf>>;

/// Part → name → text, each with its place in the file.
type Texts = BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, String>>;

/// Reads `[layers]`.
pub(crate) fn layers(table: &mut Table<'_>, names: &Names<'_>) -> Result<Layers, DocumentError> {
    let read: BTreeMap<Spanned<String>, Vec<Spanned<String>>> = table.take_or_default("layers")?;
    let one = |(part, files): (&Spanned<String>, &Vec<Spanned<String>>)| {
        let paths = files.iter().map(|file| layer(part.get_ref(), file, names)).collect::<Result<Vec<_>, _>>()?;
        if paths.is_empty() {
            return Err(names.wrong(part.span().start, format!("`layers`: `{}` has no file", part.get_ref())));
        }
        Ok((names.part("layers", part)?, paths))
    };
    read.iter().map(one).collect()
}

fn layer(part: &str, file: &Spanned<String>, names: &Names<'_>) -> Result<PathBuf, DocumentError> {
    let path = layer_path(names.root, names.folder, file.get_ref());
    if path.is_file() {
        return Ok(path);
    }
    let message = format!("`{part}`: there is no {}", path.strip_prefix(names.root).unwrap_or(&path).display());
    Err(names.wrong(file.span().start, message))
}

/// Reads `[environment]`.
pub(crate) fn environment(table: &mut Table<'_>, names: &Names<'_>) -> Result<Environment, DocumentError> {
    let read: Texts = table.take_or_default("environment")?;
    let one = |(part, variables): (Spanned<String>, BTreeMap<Spanned<String>, String>)| {
        let services = part.get_ref() == SERVICES;
        let part = if services { part.into_inner() } else { names.part("environment", &part)? };
        let variables = variables.into_iter().map(|(name, value)| checked(&part, name, value, names));
        let variables = variables.collect::<Result<_, DocumentError>>()?;
        Ok((part, variables))
    };
    read.into_iter().map(one).collect()
}

fn checked(
    section: &str,
    name: Spanned<String>,
    value: String,
    names: &Names<'_>,
) -> Result<(String, String), DocumentError> {
    let wrong = |error: &dyn Display| names.wrong(name.span().start, format!("`{}`: {error}", name.get_ref()));
    names.known.check(section, name.get_ref()).map_err(|error| wrong(&error))?;
    if sets_own_address(section, name.get_ref(), names) {
        return Err(wrong(&format!("`{section}` listens where topology.toml says; a scenario cannot move it")));
    }
    names.topology.filled(&value).map_err(|error| wrong(&error))?;
    Ok((name.into_inner(), value))
}

/// Whether a section sets where its own part listens, while all others would still look for it at its port.
fn sets_own_address(section: &str, name: &str, names: &Names<'_>) -> bool {
    let is_in = |part: &str, role| part == section || (section == SERVICES && role == Role::Service);
    let sets_port = |(part, known): (&str, &Part)| {
        is_in(part, known.role) && known.ports.keys().any(|port| variable(part, port) == name)
    };
    name == "LAB_LISTEN" || names.topology.parts().any(sets_port)
}

/// Reads `[files]`.
pub(crate) fn files(table: &mut Table<'_>, names: &Names<'_>) -> Result<Files, DocumentError> {
    let read: Texts = table.take_or_default("files")?;
    let one = |(part, files): (Spanned<String>, BTreeMap<Spanned<String>, String>)| {
        let texts = files.into_iter().map(|(name, text)| Ok((names.file_name(&name)?, text)));
        Ok((names.with_files("files", &part)?, texts.collect::<Result<_, DocumentError>>()?))
    };
    read.into_iter().map(one).collect()
}
