//! What is written into a tool's arguments: the part's address as options, or the URLs of placeholders.

use std::path::Path;

use scenario::topology::{Topology, UnknownAddress};

/// A tool that is told the address of its server by options.
#[derive(Debug)]
struct Client {
    /// Its program.
    program: &'static str,
    /// The name of the port that it connects to.
    port: &'static str,
    /// The options for the host and for the port's number.
    options: [&'static str; 2],
}

/// Every such tool; a tool that is not listed here gets its address by placeholders or by its environment.
const CLIENTS: [Client; 1] = [Client { program: "redis-cli", port: "tcp", options: ["-h", "-p"] }];

/// The arguments of a tool, given those that a person typed.
///
/// # Errors
/// When the part has no port for the tool, or a placeholder names an unknown part or port.
pub(super) fn arguments(
    topology: &Topology,
    part: &str,
    tool: &str,
    typed: &[String],
) -> Result<Vec<String>, UnknownAddress> {
    let program = Path::new(tool).file_name().unwrap_or_default();
    let Some(client) = CLIENTS.iter().find(|client| program == client.program) else {
        return typed.iter().map(|argument| topology.filled(argument)).collect();
    };
    let port = topology.port(part, client.port)?.to_string();
    let address = [client.options[0], topology.host(part), client.options[1], &port].map(str::to_owned);
    // First, so that the same options typed by hand take precedence.
    Ok([&address, typed].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(part: &str, tool: &str, typed: &str) -> Result<String, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let host = |name: &str| (name == "LAB_REDIS_HOST").then(|| "app".to_owned());
        let topology = Topology::load_located(&root, 100, host).unwrap();
        let typed: Vec<String> = typed.split(' ').map(str::to_owned).collect();
        let arguments = arguments(&topology, part, tool, &typed);
        arguments.map(|arguments| arguments.join(" ")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_client_gets_the_address_first_and_the_rest_as_typed() {
        assert_eq!(written("redis", "redis-cli", "GET {a:b}").unwrap(), "-h app -p 6479 GET {a:b}");
        assert_eq!(written("redis", "/usr/bin/redis-cli", "PING").unwrap(), "-h app -p 6479 PING");
    }

    #[test]
    fn a_client_of_a_part_without_its_port_is_an_error() {
        let error = written("items", "redis-cli", "PING").unwrap_err();
        assert_eq!(error, "part `items` has no port `tcp`: expected one of admin, http");
    }

    #[test]
    fn placeholders_of_any_other_tool_become_urls() {
        let url = written("gateway", "curl", "-s {gateway:zpages}/debug/pipelinez").unwrap();
        assert_eq!(url, "-s http://127.0.0.1:55779/debug/pipelinez");
        let error = written("gateway", "curl", "{gatway:zpages}").unwrap_err();
        assert!(error.starts_with("unknown part `gatway`: expected one of agent, "), "{error}");
    }
}
