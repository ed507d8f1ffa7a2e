//! How a variant with a planted fault must fail, and whether a report shows that it did.

use regex::Regex;
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use crate::document::Parsed;
use crate::names::Names;
use crate::table::Table;

/// How a variant with a planted fault must fail.
#[derive(Debug, Clone)]
pub struct ExpectedFailure {
    /// The exit code of `lab run`.
    pub exit: u8,
    /// Findings of the report, each of which must be there; a finding may have further fields.
    pub findings: Vec<Value>,
    /// Fields of the ledger.
    pub ledger: Option<Value>,
    /// Captions of steps that must pass although the run fails.
    pub passed: Vec<String>,
    /// Regular expressions over the output of programs that are not ours.
    pub output_matches: Vec<String>,
    /// The part whose program rejects its configuration, so that nothing starts; in Nix, nothing is built.
    pub rejected_by: Option<String>,
}

/// What an expectation may have instead of a value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
enum Test {
    /// A number that is at least this.
    #[serde(rename = "at_least")]
    AtLeast(f64),
    /// A text that this regular expression matches.
    #[serde(rename = "matches")]
    Matches(String),
}

impl ExpectedFailure {
    /// Reads `[variant.expect_failure]`.
    pub(crate) fn read(table: &mut Table<'_>, names: &Names<'_>) -> Parsed<Self> {
        let output_matches: Vec<Spanned<String>> = table.take_or_default("output_matches")?;
        for regex in &output_matches {
            let invalid =
                |error| names.document.invalid("output_matches", regex, format!("invalid regular expression: {error}"));
            Regex::new(regex.get_ref()).map_err(invalid)?;
        }
        let rejected_by: Option<Spanned<String>> = table.take("rejected_by")?;
        Ok(Self {
            exit: table.require("exit")?,
            findings: table.take_or_default("findings")?,
            ledger: table.take("ledger")?,
            passed: table.take_or_default("passed")?,
            output_matches: output_matches.into_iter().map(Spanned::into_inner).collect(),
            rejected_by: rejected_by.map(|part| names.part("rejected_by", &part)).transpose()?,
        })
    }

    /// What the report of a run lacks, a sentence each; nothing where the fault was detected as expected.
    #[must_use]
    pub fn unmet(&self, report: &Value) -> Vec<String> {
        let found = findings(report);
        let missing = self.findings.iter().filter(|expected| !found.iter().any(|found| contains(found, expected)));
        let mut unmet: Vec<String> = missing.map(|expected| format!("no finding matches {expected}")).collect();
        if let Some(ledger) = self.ledger.as_ref().filter(|ledger| !contains(&report["ledger"], ledger)) {
            unmet.push(format!("the ledger does not match {ledger}"));
        }
        let not_passed = self.passed.iter().filter(|caption| !passed(report, caption));
        unmet.extend(not_passed.map(|caption| format!("the step `{caption}` did not pass")));
        unmet
    }
}

/// Whether the report has a step with this caption, and every one of them passed.
fn passed(report: &Value, caption: &str) -> bool {
    let steps = report["steps"].as_array().into_iter().flatten();
    let mut verdicts = steps.filter(|step| step["caption"] == caption).map(|step| &step["verdict"]).peekable();
    verdicts.peek().is_some() && verdicts.all(|verdict| verdict == "passed")
}

/// Every finding of a report: of the ledger, of what it waited for, and of each step, with the step's caption.
fn findings(report: &Value) -> Vec<Value> {
    let with = |list: &Value, key: &'static str, value: Value| {
        let list = list.as_array().cloned().unwrap_or_default().into_iter();
        list.map(move |mut finding| {
            finding[key] = value.clone();
            finding
        })
    };
    let steps = report["steps"].as_array().into_iter().flatten();
    let of_steps = steps.flat_map(|step| with(&step["findings"], "step", step["caption"].clone()));
    let waited_for = with(&report["waited_for"], "waited_for", Value::Bool(true));
    let own = report["findings"].as_array().into_iter().flatten().cloned();
    own.chain(waited_for).chain(of_steps).collect()
}

/// Whether a value has everything that is expected: each key of an object, each entry of a list, or the same value. An empty list
/// matches only an empty list.
fn contains(value: &Value, expected: &Value) -> bool {
    match (value, expected) {
        (Value::Object(fields), Value::Object(expected)) => {
            expected.iter().all(|(key, expected)| fields.get(key).is_some_and(|value| contains(value, expected)))
        }
        (Value::Array(entries), Value::Array(expected)) if expected.is_empty() => entries.is_empty(),
        (Value::Array(entries), Value::Array(expected)) => {
            expected.iter().all(|expected| entries.iter().any(|entry| contains(entry, expected)))
        }
        (value, Value::Object(_)) => serde_json::from_value(expected.clone()).is_ok_and(|test| passes(value, &test)),
        (Value::Number(number), Value::Number(expected)) => number.as_f64() == expected.as_f64(),
        _ => value == expected,
    }
}

fn passes(value: &Value, test: &Test) -> bool {
    match test {
        Test::AtLeast(least) => value.as_f64().is_some_and(|number| number >= *least),
        Test::Matches(regex) => {
            value.as_str().is_some_and(|text| Regex::new(regex).is_ok_and(|regex| regex.is_match(text)))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report() -> Value {
        json!({
            "findings": [{ "kind": "lost", "at": "agent", "count": 7, "reason": "send_failed" }],
            "ledger": { "lost": 7, "hops": [{ "name": "agent", "accepted": 7 }, { "name": "gateway", "accepted": 0 }] },
            "steps": [
                { "caption": "a", "verdict": "failed", "findings": [{ "kind": "status", "expected": 200, "got": 502, "body": "gone" }] },
                { "caption": "b", "verdict": "passed", "findings": [] },
            ],
        })
    }

    fn expected(findings: Value, ledger: Value) -> ExpectedFailure {
        let findings = findings.as_array().cloned().unwrap();
        ExpectedFailure {
            exit: 2,
            findings,
            passed: vec!["b".to_owned()],
            ledger: Some(ledger),
            output_matches: Vec::new(),
            rejected_by: None,
        }
    }

    #[test]
    fn a_report_that_has_more_than_is_expected_meets_it() {
        let findings = json!([
            { "kind": "lost", "at": "agent", "count": { "at_least": 1 } },
            { "kind": "status", "step": "a", "body": { "matches": "^go" } },
        ]);
        let met = expected(findings, json!({ "lost": 7, "hops": [{ "name": "gateway", "accepted": 0 }] }));
        assert_eq!(met.unmet(&report()), Vec::<String>::new());
    }

    #[test]
    fn whatever_is_not_as_expected_is_named() {
        let wrong =
            json!([{ "kind": "lost", "at": "gateway" }, { "kind": "lost", "count": { "at_least": 8 } }, { "kid": 1 }]);
        assert_eq!(expected(wrong, json!({ "lost": 6 })).unmet(&report()).len(), 4);
    }

    #[test]
    fn a_step_that_must_pass_and_failed_or_is_absent_is_named() {
        let passed = vec!["a".to_owned(), "b".to_owned(), "c".to_owned()];
        let failure = ExpectedFailure { passed, ..expected(json!([]), json!({})) };
        assert_eq!(failure.unmet(&report()), ["the step `a` did not pass", "the step `c` did not pass"]);
    }
}
