//! The source files of a crate as modules, and which of them import which.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::imports;

/// The source files of a crate. The path of a module is that of its file without the extension; the root's is empty.
pub(crate) struct SourceTree {
    modules: BTreeMap<Vec<String>, Module>,
}

struct Module {
    file: PathBuf,
    /// Absolute paths of imported items.
    imports: Vec<Vec<String>>,
}

impl SourceTree {
    /// Reads every file below the `src` folder of a crate, files of tests left out.
    pub(crate) fn read(src: &Path) -> Self {
        let mut tree = Self { modules: BTreeMap::new() };
        tree.read_folder(src, &[]);
        tree
    }

    /// Pairs of files: the first one imports something of the second one.
    pub(crate) fn imports(&self) -> impl Iterator<Item = (&Path, &Path)> {
        self.modules.values().flat_map(|module| {
            let targets = module.imports.iter().map(|import| self.file(import));
            let from = module.file.as_path();
            targets.filter(move |to| *to != from).map(move |to| (from, to))
        })
    }

    fn read_folder(&mut self, folder: &Path, path: &[String]) {
        for entry in fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().path();
            let stem = file.file_stem().unwrap().to_str().unwrap().to_owned();
            if stem == "tests" {
                continue;
            }
            let child = [path, std::slice::from_ref(&stem)].concat();
            if file.is_dir() {
                self.read_folder(&file, &child);
            } else if file.extension().is_some_and(|extension| extension == "rs") {
                let path = if path.is_empty() && ["lib", "main"].contains(&stem.as_str()) { Vec::new() } else { child };
                let imports = imports::of_file(&file, &path);
                // A crate with a library and a program has two roots: both are the root here.
                let module = self.modules.entry(path).or_insert(Module { file, imports: Vec::new() });
                module.imports.extend(imports);
            }
        }
    }

    /// The file of the module that holds an item: the longest path of a module with which the item's path begins.
    fn file(&self, item: &[String]) -> &Path {
        let lengths = (0..=item.len()).rev();
        let module = lengths.filter_map(|length| self.modules.get(&item[..length])).next();
        &module.unwrap().file
    }
}
