//! Whether a part is up: whether one of its ports accepts a connection.

use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use scenario::topology::{Topology, UnknownAddress};

/// How long a connection may take; only a host that drops packets needs that long.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// Whether one of the part's ports accepts a connection.
pub(super) async fn is_up(topology: &Topology, part: &str) -> bool {
    let addresses = addresses(topology, part).unwrap_or_default();
    let mut attempts: FuturesUnordered<_> =
        addresses.into_iter().map(|address| timeout(CONNECT_WITHIN, TcpStream::connect(address))).collect();
    while let Some(attempt) = attempts.next().await {
        if matches!(attempt, Ok(Ok(_))) {
            return true;
        }
    }
    false
}

/// Every `host:port` of a part.
pub(super) fn addresses(topology: &Topology, part: &str) -> Result<Vec<String>, UnknownAddress> {
    let ports = topology.part(part)?.ports.keys();
    ports.map(|port| Ok(format!("{}:{}", topology.host(part), topology.port(part, port)?))).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_part_is_up_while_any_of_its_ports_listens() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let number = listener.local_addr().unwrap().port().to_string();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        // Port 1 stands for the ports on which nothing listens.
        let moved = |name: &str| match name {
            "LAB_ITEMS_HTTP" => Some(number.clone()),
            "LAB_ITEMS_ADMIN" => Some("1".to_owned()),
            _ => None,
        };
        let topology = Topology::load_located(&root, 0, moved).unwrap();
        assert!(is_up(&topology, "items").await);
        drop(listener);
        assert!(!is_up(&topology, "items").await);
    }
}
