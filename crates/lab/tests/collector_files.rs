//! The collector files: every default is the topology's, and the real programs accept every layering.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;
use scenario::topology::{Role, Topology};

/// What may stand in a collector file without being an address of the topology.
const SETTINGS: [(&str, &str); 2] = [("LAB_BATCH_TIMEOUT", "1s"), ("LAB_DECISION_WAIT", "2s")];

/// The programs that may read the files of a part.
const COLLECTORS: &[&str] = &["otelcol-lab", "otelcol-contrib"];
const JAEGER: &[&str] = &["jaeger"];

/// A layering: the programs that may read it, its files, and whether they refuse it on purpose.
type Layering = (&'static [&'static str], Vec<PathBuf>, bool);

/// Every layering that a scenario or one of its variants names.
fn layerings() -> BTreeSet<Layering> {
    let topology = Topology::load(&root(), 0).unwrap();
    let scenarios = scenario::all(&root(), &topology).unwrap();
    let cases = scenarios.iter().flat_map(|scenario| [scenario.cases(), scenario.planted_faults()].concat());
    let layers = cases.flat_map(|case| {
        let refused = case.expected_failure.and_then(|failure| failure.rejected_by);
        case.layers.into_iter().map(move |(part, files)| (refused.as_ref() == Some(&part), part, files))
    });
    let programs = |part: &str| match topology.part(part).unwrap().role {
        Role::Jaeger => JAEGER,
        _ => COLLECTORS,
    };
    layers.map(|(refused, part, files)| (programs(&part), files, refused)).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The YAML files of a folder and their texts.
fn files() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(root().join("collector")).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files
        .map(|file| (file.file_name().unwrap().display().to_string(), std::fs::read_to_string(file).unwrap()))
        .collect()
}

#[test]
fn every_default_is_the_topologys() {
    let mut known = Topology::load(&root(), 0).unwrap().environment();
    known.extend(SETTINGS.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let variable = Regex::new(r"\$\{env:([A-Z0-9_]+)(?::-([^}]*))?\}").unwrap();
    let mut seen = 0;
    for (file, text) in files() {
        for found in variable.captures_iter(&text) {
            let default = found.get(2).map(|default| default.as_str());
            assert_eq!(default, known.get(&found[1]).map(String::as_str), "{file}: {}", &found[0]);
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} variables seen");
}

#[test]
fn no_address_is_written_out() {
    let address = Regex::new(r"(?m)^\s*(endpoint|host|port): [^$\s]").unwrap();
    for (file, text) in files() {
        assert!(!address.is_match(&text), "{file}: {:?}", address.find(&text).map(|found| found.as_str()));
    }
}

#[test]
fn every_file_is_in_a_layering_and_says_what_it_adds() {
    let layered: BTreeSet<PathBuf> = layerings().into_iter().flat_map(|(_, files, _)| files).collect();
    for (file, text) in files() {
        let path = root().join("collector").join(&file);
        assert!(layered.contains(&path), "{file} is in no layering of any scenario");
        for word in ["# Adds:", "# Layered on:", "# Watch for:"] {
            assert!(text.lines().take(6).any(|line| line.starts_with(word)), "{file}: no `{word}` on top");
        }
    }
}

#[test]
fn the_real_programs_accept_every_layering_but_those_that_are_to_be_refused() {
    for (programs, files, refused) in layerings() {
        let Some(program) = programs.iter().find_map(|name| on_path(name)) else {
            eprintln!(
                "SKIPPED: {} is not on PATH, {files:?} not validated (`cargo lab test` puts it there)",
                programs[0]
            );
            continue;
        };
        let configs = files.iter().map(|file| format!("--config=file:{}", file.display()));
        let output = Command::new(program).arg("validate").args(configs).output().unwrap();
        assert_eq!(output.status.success(), !refused, "{files:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}
