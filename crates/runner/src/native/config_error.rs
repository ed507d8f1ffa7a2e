//! Whether a collector that failed to start rejected its configuration.
//!
//! It can only be read from the logs of foreign programs, because none of them has an exit code for it: the
//! OpenTelemetry Collector 0.155, Jaeger 2.17, which is made of the Collector's code, and Go's standard library for the
//! errors of the system. With another version, compare these lists with its log.

/// The prefix with which the Collector's own code reports that it failed to start.
const ERROR: &str = "Error: ";

/// What the Collector did with its configuration when it failed.
const CONFIG_PHASES: [&str; 6] = [
    "cannot start pipelines: ",
    "failed to build extensions: ",
    "failed to build pipelines: ",
    "failed to get config: ",
    "failed to start extensions: ",
    "invalid configuration: ",
];

/// Errors of the system in Go's words: the configuration may be correct then, and something that it needs is missing.
const SYSTEM_ERRORS: [&str; 10] = [
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

/// Judges the last lines of a collector's log, of which the last one that begins with `Error: ` counts. In doubt, the
/// configuration is not at fault: then nothing is reported as refuted.
pub(super) fn is_config_error(last_lines: &[String]) -> bool {
    let error = last_lines.iter().rev().find_map(|line| line.strip_prefix(ERROR)).unwrap_or_default();
    let is_of_system = SYSTEM_ERRORS.iter().any(|system| error.contains(system));
    !is_of_system && CONFIG_PHASES.iter().any(|phase| error.starts_with(phase))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines that otelcol 0.155 and Jaeger 2.17 really log.
    const AT_FAULT: [&str; 3] = [
        "Error: cannot start pipelines: failed to start \"tail_sampling\" processor: failed to create policy evaluator \
         for \"slow\": unknown sampling policy type latancy",
        "Error: failed to start extensions: failed to create the local file strategy store: failed to unmarshal \
         strategies: invalid character 'b' looking for beginning of object key string",
        "Error: failed to start extensions: failed to create the local file strategy store: failed to read strategies \
         file /tmp/nothere.json: open /tmp/nothere.json: no such file or directory",
    ];

    const OF_THE_SYSTEM: [&str; 2] = [
        "Error: cannot start pipelines: failed to start \"otlp/agents\" receiver: listen tcp 127.0.0.1:29319: bind: \
         address already in use",
        "Error: failed to create meter provider: binding address 127.0.0.1:28887 for Prometheus exporter: listen tcp \
         127.0.0.1:28887: bind: address already in use",
    ];

    const UNKNOWN: [&str; 3] =
        ["Error: something else", "cannot start pipelines: said by another program", "panic: runtime error"];

    fn words(line: &str) -> Vec<String> {
        ["Starting shutdown...", line, "2026/11/26 01:50:58 the same once more"].map(str::to_owned).to_vec()
    }

    #[test]
    fn a_collector_that_reports_a_config_error_is_believed_unless_the_system_is_to_blame() {
        for line in AT_FAULT.iter().chain(&OF_THE_SYSTEM).chain(&UNKNOWN) {
            assert_eq!(is_config_error(&words(line)), AT_FAULT.contains(line), "{line}");
        }
        assert!(!is_config_error(&[]));
    }
}
