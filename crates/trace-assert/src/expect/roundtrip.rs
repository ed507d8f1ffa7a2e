//! Property test: printing and then parsing an expectation yields the same expectation.

use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::select,
};

use super::{
    pattern::{Clause, Condition, Pattern, Regex, StatusWord, Test},
    tree::Expectation,
};
use crate::model::{Kind, Value};

/// Generates texts: words of the grammar, texts that resemble its syntax, and arbitrary strings.
fn text() -> impl Strategy<Value = String> {
    let awkward = [
        "",
        " ",
        "as",
        "OK",
        "ERROR",
        "ordered",
        "scope",
        "event:",
        "link:",
        "!",
        "#",
        "# no comment",
        "...",
        "2",
        "2 x",
        "x",
        "a\"b",
        "a\\b",
        "a\nb",
        "a\r\n",
        "\t",
        "\u{0}",
        "\u{85}",
        "\u{2028}",
        "é",
        "用户",
        "👩‍🚀",
        "{}",
        "}",
        "resource.",
        "resource.a",
        "scope",
        "scope.a",
        "a=b",
        "a~b",
        "a?",
        "-",
        ".",
        "GET /user/{id}?q=\"x\"",
    ];
    prop_oneof![select(awkward.to_vec()).prop_map(str::to_owned), "[a-z]{1,8}(\\.[a-z_]{1,8}){0,2}", any::<String>(),]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        select(&[i64::MIN, i64::MAX, -1, 0, 200][..]).prop_map(Value::from),
        any::<f64>().prop_filter("JSON has finite numbers only", |number| number.is_finite()).prop_map(Value::from),
        select(&[0.0, -0.0, 200.0, 1e300, -5e-324, f64::MAX][..]).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            btree_map(text(), inner, 0..4).prop_map(Value::Map),
        ]
    })
}

fn test() -> impl Strategy<Value = Test> {
    let regexes = ["", "/user$", "^\\d+(\\.\\d+)?$", "\"", "(?i)get|set", "[^ ]#", "^(?:a|b){2}$", "é+\\s"];
    prop_oneof![
        4 => value().prop_map(Test::Equals),
        1 => select(regexes.to_vec()).prop_map(|source| Test::Matches(Regex::new(source).unwrap())),
        1 => text().prop_map(|literal| Test::Matches(Regex::new(&regex::escape(&literal)).unwrap())),
        1 => Just(Test::Present),
        1 => Just(Test::Absent),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    (text(), test()).prop_map(|(key, test)| Condition { key, test })
}

fn label() -> impl Strategy<Value = String> {
    "[A-Za-z0-9._-]{1,8}"
}

fn clause() -> impl Strategy<Value = Clause> {
    prop_oneof![
        4 => condition().prop_map(Clause::Attribute),
        2 => condition().prop_map(Clause::Resource),
        1 => text().prop_map(Clause::Scope),
        1 => condition().prop_map(Clause::ScopeAttribute),
        2 => (text(), vec(condition(), 0..4)).prop_map(|(name, conditions)| Clause::Event { name, conditions }),
        1 => label().prop_map(Clause::Link),
    ]
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let status = option::of(select(&[StatusWord::Ok, StatusWord::Error][..]));
    let label = option::of(label());
    (text(), select(&Kind::ALL[..]), text(), status, vec(clause(), 0..5), label).prop_map(
        |(service, kind, name, status, clauses, label)| Pattern { service, kind, name, status, clauses, label },
    )
}

prop_compose! {
    /// Generates a tree: each line becomes a child of a line on the path from the root to the previous line.
    fn tree()(lines in vec((pattern(), 0..8_usize, 1..4_usize, any::<bool>(), any::<bool>()), 1..12)) -> Expectation {
        let mut tree = Expectation::default();
        let mut path: Vec<(usize, bool)> = Vec::new();
        for (number, (mut pattern, depth, count, ordered, open)) in lines.into_iter().enumerate() {
            if number > 0 {
                path.truncate(1 + depth % path.len());
            }
            let count = if number == 0 { 1 } else { count };
            let multiplied = count > 1 || path.last().is_some_and(|(_, multiplied)| *multiplied);
            pattern.label = pattern.label.filter(|_| !multiplied).map(|label| format!("{label}{number}"));
            let node = tree.push(path.last().map(|(node, _)| *node), count, pattern, ordered);
            tree.nodes[node].open = open;
            path.push((node, multiplied));
        }
        tree
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_printed_is_read_back_as_it_was(tree in tree()) {
        let printed = tree.to_string();
        let read: Expectation = printed.parse().map_err(|error| TestCaseError::fail(format!("{error}\n{printed}")))?;
        prop_assert_eq!(&read, &tree, "{}", printed);
        prop_assert_eq!(read.to_string(), printed);
    }

    #[test]
    fn a_line_is_read_back_as_it_was(pattern in pattern()) {
        let read: Pattern = pattern.to_string().parse().map_err(|error| TestCaseError::fail(format!("{error}")))?;
        prop_assert_eq!(read, pattern);
    }
}
