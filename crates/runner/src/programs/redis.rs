//! Redis.

use super::external::{DebianPackages, External, Origin};
use super::program::{Program, Rejection, StopOrder};
use super::run_context::{PlanError, RunContext};

/// Redis. Every version on PATH is accepted.
pub(super) static REDIS: Program = Program {
    external: Some(External {
        title: "Redis",
        names: &["redis-server"],
        clients: &["redis-cli"],
        accepts: &[],
        origin: Origin::Debian(DebianPackages {
            // `redis-server` is a link to a program of redis-tools, which also holds `redis-cli`.
            packages: &["redis-server", "redis-tools"],
            script_arguments: "",
        }),
        about: "20 s",
    }),
    arguments,
    rejection: Rejection::Indistinct,
    stop_order: StopOrder::Last,
};

/// No file and no snapshot: Redis starts empty and leaves nothing. It keeps its process title, because Redis writes a new one over
/// its environment, in which the supervisor looks for the run.
fn arguments(run: &RunContext<'_>, part: &str) -> Result<Vec<String>, PlanError> {
    let port = run.topology.port(part, "tcp")?.to_string();
    let settings = [
        ("--bind", run.topology.listen()),
        ("--port", &port),
        ("--save", ""),
        ("--appendonly", "no"),
        ("--supervised", "systemd"),
        ("--set-proc-title", "no"),
    ];
    Ok(settings.iter().flat_map(|(name, value)| [(*name).to_owned(), (*value).to_owned()]).collect())
}
