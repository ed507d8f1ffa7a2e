//! The command line: its commands and options. The module `command` performs them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// The seed, if none is given.
pub const SEED: u64 = 1;

/// How many seconds a run may take to settle, if nothing is given.
pub const DEADLINE: u64 = 30;

/// The text of `--help` below the options.
const EXIT_CODES: &str = "\
Exit codes:
  0    done, and everything that was to be proved is proved
  1    the tool itself failed
  2    an expectation, a law or the ledger was refuted, or a program refuses its configuration
  3    nothing was refuted, and the evidence is short: counters are missing or contradict each other
  4    the environment is not ready (a port is taken, a part does not answer, a tool is missing),
       or nobody knows the trace that was asked for
  64   bad usage, or a scenario file that says something unknown
  130  interrupted
`lab exec` ends with the exit code of the tool that it ran.";

/// The text of `lab exec --help` below the options.
const EXEC: &str = "\
Addresses:
  redis-cli gets the part's host and port as its first options. In the arguments of any other tool,
  {PART:PORT} is replaced by the URL of that port. LAB_<PART>_HOST and LAB_<PART>_<PORT> of every part
  are in the tool's environment.

Examples:
  lab exec redis -- redis-cli GET users
  lab exec gateway -- curl -s {gateway:zpages}/debug/pipelinez

The exit code is the tool's; 128 + n if signal n ended it.";

/// OpenTelemetry scenarios that prove their traces, on real parts.
#[derive(Debug, Parser)]
#[command(name = "lab", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub options: Options,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Where `vm-tests/` and `collector/` are [default: the checkout that this folder is in]
    #[arg(long, global = true, env = "LAB_ROOT", value_name = "FOLDER")]
    pub root: Option<PathBuf>,
    /// Add this to every port, so that runs can share a machine
    #[arg(long, global = true, env = "LAB_PORT_OFFSET", value_name = "N", default_value_t = 0)]
    pub port_offset: u16,
    /// Say what is under way while a run settles
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Print one JSON document on stdout, everything else on stderr
    #[arg(long, global = true)]
    pub json: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a scenario's parts, drive them, prove the traces, stop them
    Run(Run),
    /// Start a scenario's parts and keep them running until Ctrl-C
    Up(Up),
    /// Drive and prove a scenario whose parts are already running
    Check(Check),
    /// Run the workspace's cargo tests, then every scenario, then every planted fault
    Test(Test),
    /// Rehearse the Nix side on Debian, as root, where there is no Nix: a development aid
    Rehearse(Rehearse),
    /// Install or build what the scenarios need, and nothing else
    Setup,
    /// List the scenarios and their variants
    List,
    /// Show one trace: of the running Jaeger, or of the latest runs
    Trace(Trace),
    /// Explain one trace: recorded, sampled, kept or dropped, and by whom
    Explain(Explain),
    /// Run a tool, such as redis-cli or curl, against a part that is up
    Exec(Exec),
    /// Remove the folders of past runs
    Clean(Clean),
    /// Internal: end the processes of a run when `lab` is gone
    #[command(hide = true)]
    Supervise {
        /// The run.
        run_id: String,
    },
}

/// Arguments of `lab run`.
#[derive(Debug, Clone, Args)]
pub struct Run {
    /// The scenario: `scenario3`, or `3`
    pub scenario: String,
    /// Only this variant [default: the scenario as it stands, then every healthy variant]
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,
    /// Run it so many times, and stop at the first failure; shares of traces are then judged with 99.9 % for all of it together
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub repeat: u32,
    /// The seed of everything that the services choose by chance
    #[arg(long, value_name = "N", default_value_t = SEED)]
    pub seed: u64,
    /// Write every trace as OTLP JSON, one line a trace
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// How many seconds a run may take to settle
    #[arg(long, value_name = "S", default_value_t = DEADLINE)]
    pub deadline: u64,
}

/// Arguments of `lab up`.
#[derive(Debug, Clone, Args)]
pub struct Up {
    /// The scenario: `scenario3`, or `3`
    pub scenario: String,
    /// This variant
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,
    /// The seed of everything that the services choose by chance
    #[arg(long, value_name = "N", default_value_t = SEED)]
    pub seed: u64,
}

/// Arguments of `lab check`.
#[derive(Debug, Clone, Args)]
pub struct Check {
    /// The scenario: `scenario3`, or `3`
    pub scenario: String,
    /// This variant
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,
    /// Write every trace as OTLP JSON, one line a trace
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Request faults from the program that runs the parts, in this folder (`ask.json`, `answer`) [default: such steps are skipped]
    #[arg(long, value_name = "FOLDER")]
    pub control: Option<PathBuf>,
    /// How many seconds the run may take to settle
    #[arg(long, env = "LAB_DEADLINE", value_name = "S", default_value_t = DEADLINE)]
    pub deadline: u64,
}

/// Arguments of `lab test`.
#[derive(Debug, Clone, Args)]
pub struct Test {
    /// Only these scenarios [default: all]
    pub scenarios: Vec<String>,
    /// Leave the cargo tests out
    #[arg(long)]
    pub no_cargo: bool,
}

/// Arguments of `lab rehearse`.
#[derive(Debug, Clone, Args)]
pub struct Rehearse {
    /// Only these: a scenario (`scenario3`, or `3`) with all its variants, or one case (`scenario2-link`) [default: all]
    #[arg(value_name = "CASE")]
    pub plays: Vec<String>,
    /// How many at a time
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..))]
    pub jobs: u8,
    /// Only the cases, one after the other, in virtual machines (QEMU) with their own kernel: minutes instead of seconds
    #[arg(long)]
    pub qemu: bool,
}

/// Arguments of `lab trace`.
#[derive(Debug, Clone, Args)]
pub struct Trace {
    /// The trace id, 32 hexadecimal digits
    pub id: String,
    /// In the form of an expectation, ready to be pasted into a scenario
    #[arg(long)]
    pub tree: bool,
}

/// Arguments of `lab explain`.
#[derive(Debug, Clone, Args)]
pub struct Explain {
    /// The trace id, 32 hexadecimal digits
    pub id: String,
}

/// Arguments of `lab exec`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXEC)]
pub struct Exec {
    /// The part: `redis`, or any other name in topology.toml
    pub part: String,
    /// The tool and its arguments; the tool is on PATH or in the lab's cache
    #[arg(last = true, required = true, value_name = "TOOL")]
    pub command: Vec<String>,
}

/// Arguments of `lab clean`.
#[derive(Debug, Clone, Args)]
pub struct Clean {
    /// Remove the cache of built tools as well
    #[arg(long)]
    pub cache: bool,
}
