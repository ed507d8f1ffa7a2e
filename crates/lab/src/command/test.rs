//! `lab test`: the cargo tests, then every scenario, then every planted fault.

use anyhow::{Context, Result};
use tokio::process::Command;

use super::case_run::{CaseRun, SaveFile};
use super::planted;
use super::run::print_title;
use super::setup::tools_for;
use crate::cli::{SEED, Test};
use crate::console::{RED, styled};
use crate::exit::Exit;
use crate::interrupt::interruptible;
use crate::lab::Lab;
use crate::running_parts::{finish, supervisor};
use runner::native::RUN_ID;
use runner::programs::Tools;
use scenario::{Case, Scenario};
use verify::{SignificanceLevel, Verdict};

/// Seconds within which a case must settle, beside everything else that a test machine does.
const DEADLINE: u64 = 60;

/// Tests everything in sequence, and prints how much of it passed.
pub(super) async fn test(lab: &Lab, arguments: &Test) -> Result<Exit> {
    let scenarios = chosen(lab, arguments)?;
    let cases: Vec<Case> = scenarios.iter().flat_map(Scenario::cases).collect();
    let tools = tools_for(lab, &cases).await?;
    let run_id = format!("test-{}", std::process::id());
    let supervisor = supervisor(&run_id)?;
    let mut results = Vec::new();
    if !arguments.no_cargo {
        let passed = interruptible(cargo_test(lab, &tools, &run_id)).await??;
        results.push(("cargo test --workspace".to_owned(), passed));
    }
    let (save, repeat, level) = (SaveFile::default(), 1, SignificanceLevel::EACH);
    let runs = CaseRun { lab, tools: &tools, seed: SEED, deadline: DEADLINE, save, repeat, level };
    for case in &cases {
        print_title(lab, case);
        results.push((case.command(), runs.run(case).await?.verdict == Verdict::Proved));
    }
    for case in scenarios.iter().flat_map(Scenario::planted_faults) {
        results.push((case.command(), interruptible(planted::is_detected(lab, &case, &run_id)).await??));
    }
    finish(supervisor).await?;
    let failed: Vec<_> = results.iter().filter(|(_, passed)| !passed).collect();
    for (name, _) in &failed {
        lab.console.line(&styled(RED, &format!(" ✘ {name}")));
    }
    lab.console.line(&format!("{} passed, {} failed", results.len() - failed.len(), failed.len()));
    Ok(if failed.is_empty() { Exit::Proved } else { Exit::Refuted })
}

fn chosen(lab: &Lab, arguments: &Test) -> Result<Vec<Scenario>> {
    match arguments.scenarios.as_slice() {
        [] => Ok(scenario::all(&lab.root, &lab.topology)?),
        names => names.iter().map(|name| lab.scenario(name)).collect(),
    }
}

/// The tests find the tools by variables. They run no scenario, but they use Redis and the collectors.
async fn cargo_test(lab: &Lab, tools: &Tools, run_id: &str) -> Result<bool> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(&cargo);
    command.args(["test", "--workspace", "--quiet"]).current_dir(&lab.root);
    command.env("PATH", tools.search_path()).env(RUN_ID, run_id).kill_on_drop(true);
    let status = command.status().await.with_context(|| format!("cannot run `{cargo} test`"))?;
    Ok(status.success())
}
