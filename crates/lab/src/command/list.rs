//! `lab list`: the scenarios, their variants, and the summary of each.

use serde_json::json;

use crate::exit::{Exit, Failure};
use crate::lab::Lab;
use crate::report::console::Colour;
use scenario::{self, Scenario};

/// Lists every scenario.
///
/// # Errors
/// When a scenario file is wrong.
pub fn list(lab: &Lab) -> Result<Exit, Failure> {
    let scenarios = scenario::all(&lab.root, &lab.topology)?;
    if lab.console.is_for_machines() {
        let list: Vec<_> = scenarios.iter().map(document).collect();
        lab.console.document(&json!(list).to_string());
        return Ok(Exit::Proved);
    }
    for scenario in &scenarios {
        lab.console.line(&format!("{}  {}", scenario.id, scenario.plain.title));
        lab.console.line(&lab.console.painted(Colour::Dim, &format!("    {}", scenario.summary)));
        for case in &scenario.variants {
            let fault = if case.expected_failure.is_some() { "  (a planted fault)" } else { "" };
            let name = case.variant.as_deref().unwrap_or_default();
            lab.console.line(&format!("    --variant {name}  {}{fault}", case.title));
        }
    }
    Ok(Exit::Proved)
}

fn document(scenario: &Scenario) -> serde_json::Value {
    let variants: Vec<_> = scenario
        .variants
        .iter()
        .map(|case| json!({ "name": case.variant, "caption": case.title, "planted_fault": case.expected_failure.is_some() }))
        .collect();
    json!({ "scenario": scenario.id, "title": scenario.plain.title, "summary": scenario.summary, "variants": variants })
}
