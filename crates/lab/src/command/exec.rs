//! `lab exec`: a tool such as `redis-cli` or `curl`, run against a running part.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::future::select_ok;
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::timeout;

use super::setup::cache;
use super::{again, child};
use crate::cli::{Exec, SEED};
use crate::exit::{Exit, Failure};
use crate::lab::Lab;
use runner::setup::lookup;
use scenario::topology::{Topology, UnknownAddress};

/// How long a connection may take; only a host that drops packets needs that long.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// Runs the tool; its exit code is the command's.
pub(super) async fn exec(lab: &Lab, arguments: &Exec) -> Result<Exit> {
    let part = arguments.part.as_str();
    let addresses = addresses(&lab.topology, part)?;
    let (name, given) = arguments.command.split_first().context("no tool was given")?;
    let given = tool_arguments(&lab.topology, part, name, given)?;
    let path = std::env::var("PATH").unwrap_or_default();
    let program = lookup(name, &path, &cache()?, &lab.root)?;
    if !is_listening(&addresses).await {
        return Err(Failure::new(Exit::NotReady, not_running(lab, part, &addresses)?).into());
    }
    let mut command = Command::new(&program);
    // The ports in its environment include the offset: a `lab` that the tool starts must not add it again.
    command.args(given).envs(lab.topology.environment()).env_remove("LAB_PORT_OFFSET");
    let cannot_run = |error| Failure::new(Exit::NotReady, format!("cannot run {}: {error}", program.display()));
    Ok(Exit::Tool(child::run(command).await.map_err(cannot_run)?))
}

/// Every `host:port` of a part.
fn addresses(topology: &Topology, part: &str) -> Result<Vec<String>, UnknownAddress> {
    let ports = topology.part(part)?.ports.keys();
    ports.map(|port| Ok(format!("{}:{}", topology.host(part), topology.port(part, port)?))).collect()
}

/// The arguments of a tool: `redis-cli` gets the address of the part as options; any other tool gets URLs for placeholders.
fn tool_arguments(
    topology: &Topology,
    part: &str,
    tool: &str,
    given: &[String],
) -> Result<Vec<String>, UnknownAddress> {
    if Path::new(tool).file_name() != Some("redis-cli".as_ref()) {
        return given.iter().map(|argument| topology.filled(argument)).collect();
    }
    let address = ["-h", topology.host(part), "-p", &topology.port(part, "tcp")?.to_string()].map(str::to_owned);
    // First, so that given options take precedence.
    Ok([&address, given].concat())
}

/// Whether one of these addresses accepts a connection.
async fn is_listening(addresses: &[String]) -> bool {
    let attempts = addresses.iter().map(|address| Box::pin(TcpStream::connect(address)));
    !addresses.is_empty() && matches!(timeout(CONNECT_WITHIN, select_ok(attempts)).await, Ok(Ok(_)))
}

/// The message for a part that does not run, with the command that starts it.
fn not_running(lab: &Lab, part: &str, addresses: &[String]) -> Result<String> {
    let scenarios = scenario::all(&lab.root, &lab.topology)?;
    let with_part = scenarios.iter().find(|scenario| scenario.plain.has(part));
    let start = with_part.map_or_else(
        || format!("no scenario contains the part `{part}`"),
        |scenario| format!("start it: {}", again::up(lab, &scenario.plain, SEED)),
    );
    Ok(format!("part `{part}` does not run: no listener at {}\n{start}", addresses.join(", ")))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    fn arguments(part: &str, tool: &str, given: &str) -> Result<String, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let host = |name: &str| (name == "LAB_REDIS_HOST").then(|| "app".to_owned());
        let topology = Topology::load_located(&root, 100, host).unwrap();
        let given: Vec<String> = given.split(' ').map(str::to_owned).collect();
        let arguments = tool_arguments(&topology, part, tool, &given);
        arguments.map(|arguments| arguments.join(" ")).map_err(|error| error.to_string())
    }

    #[test]
    fn redis_cli_gets_the_address_before_the_given_arguments() {
        assert_eq!(arguments("redis", "redis-cli", "GET {a:b}").unwrap(), "-h app -p 6479 GET {a:b}");
        assert_eq!(arguments("redis", "/usr/bin/redis-cli", "PING").unwrap(), "-h app -p 6479 PING");
    }

    #[test]
    fn redis_cli_against_a_part_without_its_port_is_an_error() {
        assert!(arguments("items", "redis-cli", "PING").is_err());
    }

    #[test]
    fn placeholders_of_any_other_tool_become_urls() {
        let url = arguments("gateway", "curl", "-s {gateway:zpages}/debug/pipelinez").unwrap();
        assert_eq!(url, "-s http://127.0.0.1:55779/debug/pipelinez");
        assert!(arguments("gateway", "curl", "{gatway:zpages}").is_err());
    }

    #[tokio::test]
    async fn a_part_runs_while_any_of_its_ports_listens() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // Port 1 stands for the ports on which nothing listens.
        let addresses = ["127.0.0.1:1".to_owned(), listener.local_addr().unwrap().to_string()];
        assert!(is_listening(&addresses).await);
        drop(listener);
        assert!(!is_listening(&addresses).await);
        assert!(!is_listening(&[]).await);
    }
}
