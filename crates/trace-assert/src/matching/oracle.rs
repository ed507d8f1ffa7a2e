//! Property test: matching returns the same result as trying every assignment.

use proptest::{collection::vec, option, prelude::*};

use crate::{Expectation, Labels, Link, Pattern, Span, SpanId, Status, Trace};

/// Returns whether the subtree of a node matches the subtree of a span, by trying every assignment.
fn brute(tree: &Expectation, trace: &Trace, node: usize, span: usize) -> bool {
    let line = &tree.nodes[node];
    if line.pattern.matches(&trace.spans[span]).is_err() {
        return false;
    }
    let lines: Vec<usize> =
        line.children.iter().flat_map(|child| std::iter::repeat_n(*child, tree.nodes[*child].count)).collect();
    let forest = trace.forest();
    let children = forest.children(span);
    if !line.open && lines.len() != children.len() {
        return false;
    }
    serve(tree, trace, line.ordered, &lines, children, &mut Vec::new())
}

/// Returns whether every line can have a different span, by trying every assignment.
fn serve(
    tree: &Expectation,
    trace: &Trace,
    ordered: bool,
    lines: &[usize],
    spans: &[usize],
    taken: &mut Vec<usize>,
) -> bool {
    let Some((line, rest)) = lines.split_first() else {
        return true;
    };
    let latest = taken.last().map_or(0, |span| trace.spans[*span].start);
    spans.iter().any(|span| {
        let late_enough = !ordered || trace.spans[*span].start >= latest;
        if taken.contains(span) || !late_enough || !brute(tree, trace, *line, *span) {
            return false;
        }
        taken.push(*span);
        let served = serve(tree, trace, ordered, rest, spans, taken);
        taken.pop();
        served
    })
}

/// Creates a line that many spans can match.
fn pattern((name, wanted): (bool, Option<bool>)) -> Pattern {
    let name = if name { "x" } else { "y" };
    let clause = wanted.map_or(String::new(), |wanted| format!(" n={wanted}"));
    format!("a SERVER \"{name}\" {clause}").parse().expect("a line of a test is one")
}

fn span((name, n): (bool, bool), number: usize, parent: usize, start: u64) -> Span {
    let id = |number: usize| SpanId((number as u64 + 1).to_be_bytes());
    let resource = crate::Resource { attributes: [("service.name".to_owned(), "a".into())].into() };
    Span {
        span_id: id(number),
        parent: (number > 0).then(|| id(parent)),
        name: if name { "x" } else { "y" }.to_owned(),
        kind: crate::Kind::Server,
        attributes: [("n".to_owned(), n.into())].into(),
        start,
        status: Status::Unset,
        links: Vec::<Link>::new(),
        resource: resource.into(),
        ..Span::default()
    }
}

prop_compose! {
    fn tree()(lines in vec(((any::<bool>(), option::of(any::<bool>())), 0..3_usize, 1..3_usize, 0..4_u8), 1..7)) -> Expectation {
        let mut tree = Expectation::default();
        let mut path: Vec<usize> = Vec::new();
        for (line, depth, count, flags) in lines {
            path.truncate(if path.is_empty() { 0 } else { 1 + depth % path.len() });
            let count = if path.is_empty() { 1 } else { count };
            let node = tree.push(path.last().copied(), count, pattern(line), flags & 1 == 1);
            tree.nodes[node].open = flags & 2 == 2;
            path.push(node);
        }
        tree
    }
}

prop_compose! {
    /// Generates a trace from the tree with a few changes, so that it often almost matches.
    fn grown(tree: Expectation)(
        choices in vec((any::<bool>(), 0..4_u64, 0..20_u8, any::<bool>()), 24),
        tree in Just(tree),
    ) -> (Expectation, Trace) {
        let mut spans: Vec<Span> = Vec::new();
        let mut pending = vec![(0_usize, 0_usize)];
        let mut choices = choices.into_iter();
        while let Some((node, parent)) = pending.pop() {
            let line = &tree.nodes[node];
            for _ in 0..line.count {
                let Some((n, start, fate, name)) = choices.next() else { break };
                if fate == 0 && !spans.is_empty() {
                    continue;
                }
                let stated = line.pattern.to_string();
                let n = if fate == 1 { n } else { (n || stated.contains("n=true")) && !stated.contains("n=false") };
                let name = if fate == 2 { name } else { line.pattern.name() == "x" };
                let number = spans.len();
                spans.push(span((name, n), number, parent, start));
                pending.extend(line.children.iter().map(|child| (*child, number)));
            }
        }
        (tree, Trace { spans, ..Trace::default() })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn matching_agrees_with_trying_everything((tree, trace) in tree().prop_flat_map(grown)) {
        let expected = brute(&tree, &trace, 0, 0);
        let verdict = tree.check(&trace, &Labels::default());
        prop_assert_eq!(verdict.is_ok(), expected, "{}\n{}", tree, Expectation::from(&trace));
    }
}

#[test]
fn the_generated_cases_are_of_both_kinds() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let strategy = tree().prop_flat_map(grown);
    let cases = (0..500).map(|_| strategy.new_tree(&mut runner).expect("nothing is filtered").current());
    let matching = cases.filter(|(tree, trace)| tree.check(trace, &Labels::default()).is_ok()).count();
    assert!((100..400).contains(&matching), "{matching} of 500 match");
}
