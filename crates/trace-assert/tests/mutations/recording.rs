//! Reads the recorded traces and their expectations.

use std::{fs, path::Path};

use trace_assert::{Expectation, Labels, Trace, invariants, otlp};

/// A recording: the traces of one file, and the expectations of the file beside it.
pub(crate) struct Recording {
    pub(crate) name: String,
    pub(crate) traces: Vec<Trace>,
    pub(crate) trees: Vec<Expectation>,
    options: invariants::Options,
}

impl Recording {
    /// Reads all recordings, sorted by name.
    pub(crate) fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
        let entries = fs::read_dir(&folder)
            .expect("the folder of recordings is there")
            .map(|entry| entry.expect("a folder can be read").path());
        let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "jsonl")).collect();
        files.sort();
        assert!(!files.is_empty(), "no recordings in {}", folder.display());
        files.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Self {
        let name = path.file_stem().expect("a file that ends in .jsonl has a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(path).expect("a recording is text");
        let spans = otlp::parse(&text).unwrap_or_else(|error| panic!("{name}.jsonl: {error}"));
        let trees = fs::read_to_string(path.with_extension("tree")).expect("each recording has a tree beside it");
        let trees: Vec<Expectation> = trees
            .split("\n---\n")
            .map(|tree| tree.parse().unwrap_or_else(|error| panic!("{name}.tree: {error}")))
            .collect();
        let traces = Trace::group(spans);
        assert_eq!(trees.len(), traces.len(), "{name}: as many trees as traces");
        // A recorded trace with a remote parent has exactly one orphan, which names that parent.
        let remote_parent =
            traces.iter().flat_map(|trace| trace.forest().roots().to_vec()).find_map(|root| root.parent);
        Self { name, traces, trees, options: invariants::Options { remote_parent } }
    }

    /// Returns the recording with expectations that are derived from its own traces.
    pub(crate) fn observed(self) -> Self {
        Self { trees: self.traces.iter().map(Expectation::from).collect(), ..self }
    }

    /// Returns the first mismatch or violated invariant of these traces, if there is one.
    pub(crate) fn first_problem(&self, traces: &[Trace]) -> Option<String> {
        if traces.len() != self.trees.len() {
            return Some(format!("{} traces, expected {}", traces.len(), self.trees.len()));
        }
        let mut labels = Labels::default();
        for (tree, trace) in self.trees.iter().zip(traces) {
            match tree.check(trace, &labels) {
                Ok(bound) => labels = bound,
                Err(mismatch) => return Some(mismatch.to_string()),
            }
        }
        let findings = traces.iter().flat_map(|trace| invariants::check(trace, &self.options));
        findings.map(|finding| finding.to_string()).next()
    }
}
