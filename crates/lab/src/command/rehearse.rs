//! `lab rehearse`: the checks of Nix on a computer without Nix: setup, the ladder, then every case in containers.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{stderr, stdout};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use nix::unistd::geteuid;
use serde::Serialize;

use super::setup::tools_for;
use crate::cli::Rehearse;
use crate::console::{GREEN, RED, styled};
use crate::exit::{Exit, Failure};
use crate::interrupt::interrupted;
use crate::lab::Lab;
use crate::rehearsal::{Ended, Host, Script};
use crate::running_parts::{finish, supervisor};
use runner::programs::Tools;
use runner::setup::on_path;
use scenario::topology::Role;
use scenario::{self, Case, Scenario};

/// Downloads, and the build of a formatter and a linter.
const SETUP_WITHIN: Duration = Duration::from_secs(30 * 60);
/// One of the scripts that look at all of the flake.
const LADDER_WITHIN: Duration = Duration::from_secs(10 * 60);
/// A case takes less than a minute. A case with a planted fault has its own deadline in addition.
const PLAY_WITHIN: Duration = Duration::from_secs(5 * 60);
/// In QEMU, every machine emulates its processor.
const QEMU_WITHIN: Duration = Duration::from_secs(30 * 60);

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Document {
    plays: Vec<Played>,
    /// The folder with the output of each case.
    logs: PathBuf,
}

#[derive(Debug, Serialize)]
struct Played {
    play: String,
    verdict: &'static str,
    seconds: f64,
}

/// Rehearses what the arguments name.
pub(super) async fn rehearse(lab: &Lab, arguments: &Rehearse) -> Result<Exit> {
    let plays = chosen(lab, &arguments.plays)?;
    possible(lab)?;
    lab.console.line(
        "Rehearsal of the Nix side, for contributors: it replaces nixpkgs with a stand-in and NixOS with Debian.\n\
         With Nix installed, run `nix flake check` instead.",
    );
    let tools = tools_for(lab, &plays).await?;
    let run_id = format!("rehearse-{}-{}", jiff::Zoned::now().strftime("%Y%m%d-%H%M%S"), std::process::id());
    let logs = lab.runs().join(&run_id);
    fs::create_dir_all(&logs).with_context(|| format!("cannot create the folder {}", logs.display()))?;
    let supervisor = supervisor(&run_id)?;
    let jobs = if arguments.qemu { 1 } else { usize::from(arguments.jobs) };
    let rehearsal = Rehearsal { lab, run_id, environment: environment(&tools), logs, jobs, qemu: arguments.qemu };
    let played = rehearsal.whole(&plays).await;
    finish(supervisor).await?;
    rehearsal.conclude(played?)
}

/// The named cases, in order, or all of them.
fn chosen(lab: &Lab, names: &[String]) -> Result<Vec<Case>> {
    let all = |scenario: Scenario| {
        [scenario.cases(), scenario.planted_faults()].concat().into_iter().filter(has_machines).collect::<Vec<_>>()
    };
    if names.is_empty() {
        return Ok(scenario::all(&lab.root, &lab.topology)?.into_iter().flat_map(all).collect());
    }
    let mut plays = Vec::new();
    for name in names {
        match name.split_once('-') {
            None => plays.extend(all(lab.scenario(name)?)),
            Some((scenario, variant)) => plays.push(lab.case(scenario, Some(variant))?),
        }
    }
    match plays.iter().find(|play| !has_machines(play)) {
        None => Ok(plays),
        Some(play) => {
            let why = format!("{} has no containers: a check in level 3 proves it", play.name());
            Err(Failure::new(Exit::Usage, why).into())
        }
    }
}

/// A program refuses its configuration when its check is built, which `climb` does.
fn has_machines(play: &Case) -> bool {
    play.expected_failure.as_ref().is_none_or(|failure| failure.rejected_by.is_none())
}

fn possible(lab: &Lab) -> Result<()> {
    let is_debian = Path::new("/etc/debian_version").is_file();
    let host = Host { is_debian, is_root: geteuid().is_root(), root: &lab.root };
    let path = std::env::var("PATH").unwrap_or_default();
    match host.obstacle(|program| on_path(&path, program).is_some()) {
        None => Ok(()),
        Some(why) => Err(Failure::new(Exit::NotReady, format!("nothing can be rehearsed here: {why}")).into()),
    }
}

/// Where the scripts find the programs that were just set up.
fn environment(tools: &Tools) -> BTreeMap<String, String> {
    let services = tools.program("items", Role::Service).and_then(Path::parent).map(|dir| dir.display().to_string());
    let services = services.map(|dir| ("LAB_BIN_DIR".to_owned(), dir));
    services.into_iter().chain([("PATH".to_owned(), tools.search_path())]).collect()
}

/// One rehearsal under way.
struct Rehearsal<'a> {
    lab: &'a Lab,
    run_id: String,
    environment: BTreeMap<String, String>,
    logs: PathBuf,
    jobs: usize,
    qemu: bool,
}

impl Rehearsal<'_> {
    async fn whole(&self, plays: &[Case]) -> Result<Vec<Played>> {
        self.lab.console.line("\nset-up (the first one takes a few minutes)");
        self.show("setup", SETUP_WITHIN, Exit::NotReady).await?;
        if self.qemu {
            self.lab.console.line("\n== level 6: the unchanged test scripts, in QEMU virtual machines");
        } else {
            self.ladder().await?;
            self.lab.console.line("\n== level 5: the unchanged test scripts, in systemd-nspawn containers");
        }
        let tests = self.built(plays).await?;
        stream::iter(plays).map(|play| self.play(play, &tests)).buffered(self.jobs).try_collect().await
    }

    /// The paths of the tests of all cases, one line each: the flake is evaluated once, not once for each.
    async fn built(&self, plays: &[Case]) -> Result<String> {
        let file = self.logs.join("tests");
        let output = File::create(&file).with_context(|| format!("cannot create {}", file.display()))?;
        let names: Vec<String> = plays.iter().map(Case::name).collect();
        let arguments = [&["--build"], names.iter().map(String::as_str).collect::<Vec<_>>().as_slice()].concat();
        self.must("play", &arguments, output.into(), LADDER_WITHIN, Exit::Refuted).await?;
        Ok(fs::read_to_string(&file)?)
    }

    async fn ladder(&self) -> Result<()> {
        self.show("climb", LADDER_WITHIN, Exit::Refuted).await?;
        self.lab.console.line("\n== the development shell, the apps, the template");
        self.show("apps", LADDER_WITHIN, Exit::Refuted).await?;
        self.show("template", LADDER_WITHIN, Exit::Refuted).await
    }

    /// People see what it says.
    async fn show(&self, script: &str, within: Duration, otherwise: Exit) -> Result<()> {
        let shown = if self.lab.console.json { stderr().into() } else { Stdio::from(stdout()) };
        self.must(script, &[], shown, within, otherwise).await
    }

    /// A script without which nothing that follows means anything.
    async fn must(
        &self,
        script: &str,
        arguments: &[&str],
        output: Stdio,
        within: Duration,
        otherwise: Exit,
    ) -> Result<()> {
        match self.run(script, arguments, (output, stderr().into()), within).await? {
            Ended::With(status) if status.success() => Ok(()),
            Ended::With(status) => {
                Err(Failure::new(otherwise, format!("vm-tests/rehearsal/{script} failed: {status}")).into())
            }
            Ended::TooLate | Ended::Interrupted => {
                let limit = within.as_secs() / 60;
                Err(Failure::new(otherwise, format!("vm-tests/rehearsal/{script} took longer than {limit} min")).into())
            }
        }
    }

    /// Runs a case. Its output is kept, and shown if it fails.
    async fn play(&self, play: &Case, tests: &str) -> Result<Played> {
        let (name, begun) = (play.name(), Instant::now());
        let is_its = |path: &&str| path.ends_with(&format!("-vm-test-run-{name}"));
        let test = tests.lines().find(is_its).with_context(|| format!("Nix built no test for {name}"))?;
        let file = self.logs.join(format!("{name}.log"));
        let log = File::create(&file).with_context(|| format!("cannot create {}", file.display()))?;
        let output = (log.try_clone()?.into(), log.into());
        let (arguments, within): (&[&str], _) =
            if self.qemu { (&["--qemu", test], QEMU_WITHIN) } else { (&[test], PLAY_WITHIN) };
        let ended = self.run("play", arguments, output, within).await?;
        let passed = matches!(ended, Ended::With(status) if status.success());
        let seconds = begun.elapsed().as_secs_f64();
        let mark = if passed { styled(GREEN, "✔") } else { styled(RED, "✘") };
        self.lab.console.line(&format!(" {mark} {name}  {seconds:.1} s  {}", play.title));
        if !passed || self.lab.console.verbose {
            self.lab.console.write(&fs::read_to_string(&file)?);
        }
        if ended == Ended::TooLate {
            self.lab.console.line(&format!("   stopped after {} min", within.as_secs() / 60));
        }
        Ok(Played { play: name, verdict: if passed { "passed" } else { "failed" }, seconds })
    }

    async fn run(&self, script: &str, arguments: &[&str], output: (Stdio, Stdio), within: Duration) -> Result<Ended> {
        let nothing = BTreeMap::new();
        // After set-up, programs come from Nix, not from our PATH.
        let environment = if script == "setup" { &self.environment } else { &nothing };
        let root = self.lab.root.as_path();
        let prepared = Script { root, run_id: &self.run_id, environment, output, within };
        match prepared
            .run(script, arguments, interrupted())
            .await
            .with_context(|| format!("cannot run vm-tests/rehearsal/{script}"))?
        {
            Ended::Interrupted => Err(Failure::new(Exit::Interrupted, "interrupted").into()),
            ended => Ok(ended),
        }
    }

    fn conclude(self, plays: Vec<Played>) -> Result<Exit> {
        let console = &self.lab.console;
        let failed = plays.iter().filter(|played| played.verdict == "failed").count();
        console.line(&format!("{} cases passed, {failed} failed", plays.len() - failed));
        console
            .line("Rehearsed, not proved: the real nixpkgs, NixOS with its kernel, and builds by Nix were not used.");
        if console.json {
            let document = serde_json::to_string_pretty(&Document { plays, logs: self.logs });
            console.document(&document?);
        }
        Ok(if failed == 0 { Exit::Proved } else { Exit::Refuted })
    }
}
