//! The command line: its commands and options. The module `command` performs them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use trace_assert::TraceId;

/// The default of `--seed`.
pub const SEED: u64 = 1;

/// The default of `--deadline`, in seconds.
pub const DEADLINE: u64 = 30;

/// The text of `--help` below the options.
const EXIT_CODES: &str = "\
Exit codes:
  0    done; everything that had to be proved is proved
  1    lab itself failed
  2    refuted: an expectation, an invariant or the ledger failed, or a program
       rejected its configuration
  3    not provable: nothing is refuted, but the counters do not suffice for a
       proof
  4    not ready: a port is in use, a part does not respond, a tool is missing,
       or the trace ID is unknown
  64   bad usage, or an invalid scenario file
  130  interrupted by Ctrl-C or SIGTERM
`lab exec` exits with the exit code of the tool.";

/// The text of `lab exec --help` below the options.
const EXEC: &str = "\
Addresses:
  For redis-cli, the host and the port of the part become its first options. In
  the arguments of any other tool, {PART:PORT} is replaced by the URL of that
  port. The tool also has LAB_<PART>_HOST and LAB_<PART>_<PORT> of every part in
  its environment.

Examples:
  lab exec redis -- redis-cli GET users
  lab exec gateway -- curl -s {gateway:zpages}/debug/pipelinez

The exit code is that of the tool, or 128 + n if signal n ended it.";

/// Run OpenTelemetry scenarios on real programs, and prove their traces.
#[derive(Debug, Parser)]
#[command(name = "lab", version, after_help = EXIT_CODES, max_term_width = 80)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub options: Options,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Folder that contains `vm-tests/` and `collector/` [default: the checkout around the current folder]
    #[arg(long, global = true, env = "LAB_ROOT", value_name = "FOLDER")]
    pub root: Option<PathBuf>,
    /// Add N to every port, so that several runs can share a machine
    #[arg(long, global = true, env = "LAB_PORT_OFFSET", value_name = "N", default_value_t = 0)]
    pub port_offset: u16,
    /// Print what a run waits for
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Print one JSON document on stdout, and everything else on stderr
    #[arg(long, global = true)]
    pub json: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the parts of a scenario, perform its steps, prove the traces, and stop the parts
    Run(Run),
    /// Start the parts of a scenario and keep them running until Ctrl-C
    Up(Up),
    /// Perform the steps of a scenario against parts that already run, and prove the traces
    Check(Check),
    /// Run the cargo tests, then every scenario, then every planted fault
    Test(Test),
    /// Build or unpack the programs that the scenarios need
    Setup,
    /// List the scenarios and their variants
    List,
    /// Show one trace from the running Jaeger or from a past run
    Trace(Trace),
    /// Report what happened to one trace: recorded, sampled, stored, dropped or lost
    Explain {
        /// Trace ID: 32 hexadecimal digits
        id: TraceId,
    },
    /// Run a tool, such as redis-cli or curl, against a running part
    Exec(Exec),
    /// Remove the folders of past runs
    Clean {
        /// Also remove the cache with the built tools
        #[arg(long)]
        cache: bool,
    },
    /// Internal: stop the processes of a run if `lab` is killed
    #[command(hide = true)]
    Supervise {
        /// ID of the run
        run_id: String,
    },
}

/// Arguments of `lab run`.
#[derive(Debug, Clone, Args)]
pub struct Run {
    /// Scenario: `scenario3` or `3`
    pub scenario: String,
    /// Run only this variant [default: the scenario, then each variant that is not a planted fault]
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,
    /// Run everything N times, and stop at the first failure. A correct sampler passes all checks of shares with a
    /// probability of 99.9 %: those of one run, or with N > 1 those of all runs together
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub repeat: u32,
    /// Seed of all random choices of the services
    #[arg(long, value_name = "N", default_value_t = SEED)]
    pub seed: u64,
    /// Write all traces to FILE as OTLP JSON, one trace per line
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Seconds within which a run must settle
    #[arg(long, value_name = "S", default_value_t = DEADLINE)]
    pub deadline: u64,
}

/// Arguments of `lab up`.
#[derive(Debug, Clone, Args)]
pub struct Up {
    /// Scenario: `scenario3` or `3`
    pub scenario: String,
    /// Start the parts for this variant
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,
    /// Seed of all random choices of the services
    #[arg(long, value_name = "N", default_value_t = SEED)]
    pub seed: u64,
}

/// Arguments of `lab check`.
#[derive(Debug, Clone, Args)]
pub struct Check {
    /// Scenario: `scenario3` or `3`
    pub scenario: String,
    /// Check this variant
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,
    /// Write all traces to FILE as OTLP JSON, one trace per line
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Request faults from the program that runs the parts, by the files `request.json` and `result` in this folder [default:
    /// steps with faults are skipped]
    #[arg(long, value_name = "FOLDER")]
    pub control: Option<PathBuf>,
    /// Seconds within which the run must settle
    #[arg(long, env = "LAB_DEADLINE", value_name = "S", default_value_t = DEADLINE)]
    pub deadline: u64,
}

/// Arguments of `lab test`.
#[derive(Debug, Clone, Args)]
pub struct Test {
    /// Test only these scenarios [default: all]
    pub scenarios: Vec<String>,
    /// Skip the cargo tests
    #[arg(long)]
    pub no_cargo: bool,
}

/// Arguments of `lab trace`.
#[derive(Debug, Clone, Args)]
pub struct Trace {
    /// Trace ID: 32 hexadecimal digits
    pub id: TraceId,
    /// Print the trace as an expected tree, which can be pasted into a scenario
    #[arg(long)]
    pub tree: bool,
}

/// Arguments of `lab exec`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXEC)]
pub struct Exec {
    /// Part: `redis`, or another part in topology.toml
    pub part: String,
    /// Tool and its arguments; the tool is searched for on PATH and in the lab's cache
    #[arg(last = true, required = true, value_name = "TOOL")]
    pub command: Vec<String>,
}
