//! Redis.

use super::external::{DebianPackages, External, Origin};
use super::part_context::{ArgumentsError, PartContext};
use super::program::{Program, Rejection, Source, StopOrder};

/// Redis. Any version on PATH will do.
#[derive(Debug)]
pub(super) struct Redis;

static REDIS: External = External {
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
};

impl Program for Redis {
    fn source(&self) -> Source {
        Source::External(&REDIS)
    }

    /// No file and no snapshot: the run's Redis begins empty and leaves nothing. Its title is left alone, because Redis writes it
    /// over its environment, and there the supervisor looks for the run.
    fn arguments(&self, part: &PartContext<'_>) -> Result<Vec<String>, ArgumentsError> {
        let port = part.topology.port(part.name, "tcp")?.to_string();
        let listen = part.listen();
        let settings = [
            ("--bind", listen.as_str()),
            ("--port", &port),
            ("--save", ""),
            ("--appendonly", "no"),
            ("--supervised", "systemd"),
            ("--set-proc-title", "no"),
        ];
        Ok(settings.iter().flat_map(|(name, value)| [(*name).to_owned(), (*value).to_owned()]).collect())
    }

    fn rejection(&self) -> Rejection {
        Rejection::Indistinct
    }

    fn stop_order(&self) -> StopOrder {
        StopOrder::Last
    }
}
