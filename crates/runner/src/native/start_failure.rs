//! Whether a collector that ended at its start blames its configuration, by the last words that it logged.

/// How the collector's own code, which Jaeger is made of as well, says that a start came to nothing.
const SAYS: &str = "Error: ";

/// What the collector was doing with its configuration when it failed.
const DOING: [&str; 6] = [
    "cannot start pipelines: ",
    "failed to build extensions: ",
    "failed to build pipelines: ",
    "failed to get config: ",
    "failed to start extensions: ",
    "invalid configuration: ",
];

/// What the system says in Go's words: the files may be right then, and what they need is not there.
const SYSTEM: [&str; 10] = [
    "address already in use",
    "cannot allocate memory",
    "cannot assign requested address",
    "connection refused",
    "deadline exceeded",
    "i/o timeout",
    "no space left on device",
    "no such host",
    "permission denied",
    "too many open files",
];

/// Whether the configuration is at fault.  In doubt it is not: then nobody is told that it was refuted.
pub(super) fn is_on_configuration(last_words: &[String]) -> bool {
    let said = last_words.iter().rev().find_map(|line| line.strip_prefix(SAYS)).unwrap_or_default();
    DOING.iter().any(|doing| said.starts_with(doing)) && !SYSTEM.iter().any(|fault| said.contains(fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What otelcol 0.155 and Jaeger 2.17 really say.
    const AT_FAULT: [&str; 3] = [
        "Error: cannot start pipelines: failed to start \"tail_sampling\" processor: failed to create policy evaluator \
         for \"slow\": unknown sampling policy type latancy",
        "Error: failed to start extensions: failed to create the local file strategy store: failed to unmarshal \
         strategies: invalid character 'b' looking for beginning of object key string",
        "Error: failed to start extensions: failed to create the local file strategy store: failed to read strategies \
         file /tmp/nothere.json: open /tmp/nothere.json: no such file or directory",
    ];

    const NOT_AT_FAULT: [&str; 5] = [
        "Error: cannot start pipelines: failed to start \"otlp/agents\" receiver: listen tcp 127.0.0.1:29319: bind: \
         address already in use",
        "Error: failed to create meter provider: binding address 127.0.0.1:28887 for Prometheus exporter: listen tcp \
         127.0.0.1:28887: bind: address already in use",
        "Error: something else",
        "cannot start pipelines: said by another program",
        "panic: runtime error",
    ];

    fn words(line: &str) -> Vec<String> {
        ["Starting shutdown...", line, "2026/11/26 01:50:58 the same once more"].map(str::to_owned).to_vec()
    }

    #[test]
    fn a_collector_that_blames_its_configuration_is_believed_unless_the_system_is_to_blame() {
        for line in AT_FAULT {
            assert!(is_on_configuration(&words(line)), "{line}");
        }
        for line in NOT_AT_FAULT {
            assert!(!is_on_configuration(&words(line)), "{line}");
        }
        assert!(!is_on_configuration(&[]));
    }
}
