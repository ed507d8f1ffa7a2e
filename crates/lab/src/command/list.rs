//! `lab list`: the scenarios, the summary of each, and their variants.

use anyhow::Result;
use serde_json::json;

use crate::console::{DIM, styled};
use crate::exit::Exit;
use crate::lab::Lab;
use scenario::Scenario;

/// Lists every scenario.
pub(super) fn list(lab: &Lab) -> Result<Exit> {
    let scenarios = scenario::all(&lab.root, &lab.topology)?;
    if lab.console.json {
        let list: Vec<_> = scenarios.iter().map(document).collect();
        lab.console.document(&json!(list).to_string());
        return Ok(Exit::Proved);
    }
    for scenario in &scenarios {
        lab.console.line(&format!("{}  {}", scenario.id, scenario.plain.title));
        lab.console.line(&styled(DIM, &format!("    {}", scenario.summary)));
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
