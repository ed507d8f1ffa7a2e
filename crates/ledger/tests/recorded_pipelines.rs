//! Flows in pipelines of a real Collector (0.155), whose configuration and metrics were recorded in `tests/pages`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::disallowed_methods, reason = "the macros of insta call them")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ledger::collector_counts::CollectorCounts;
use ledger::counters::Counters;
use ledger::flow::Flow;
use ledger::pipeline_graph::{PipelineGraph, Target};

/// Every component with its figures, in the order in which spans pass.
fn flows(name: &str) -> String {
    let file = |extension: &str| {
        fs::read_to_string(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages").join(format!("{name}.{extension}")),
        )
    };
    let graph = PipelineGraph::from_config(&serde_json::from_str(&file("json").unwrap()).unwrap()).unwrap();
    let counters = Counters::parse(&file("page").unwrap()).unwrap();
    let undecided = CollectorCounts::new(&counters).tail.is_some_and(|tail| tail.undecided() > 0);
    let mut text = String::new();
    for component in graph.components() {
        let Flow { held, dropped, lost, to_be_retried } = Flow::new(&graph, component, &counters, undecided);
        let copies = graph.copies(component, &|target| matches!(target, Target::Address(_)));
        writeln!(
            text,
            "{component}: held {held}, dropped {dropped}, lost {lost}, to be retried {to_be_retried}, copies {copies}"
        )
        .unwrap();
    }
    text
}

#[test]
fn every_recorded_pipeline_adds_up() {
    let names = [
        "batch-holds",
        "forward",
        "full-queue",
        "full-queue-behind-batch",
        "tail-early",
        "tail-late",
        "wait-for-result",
    ];
    let all: String = names.iter().map(|name| format!("# {name}\n{}\n", flows(name))).collect();
    insta::assert_snapshot!(all);
}
