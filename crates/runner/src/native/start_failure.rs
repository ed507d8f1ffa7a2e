//! What made a collector end at its start: its configuration, the system, or something that is not known.
//!
//! The words are those of foreign programs, whose logs are all that they leave: the OpenTelemetry Collector 0.155 and Jaeger
//! 2.17, which is made of the Collector's code, and Go's standard library for the errors of the system. Neither program has an
//! exit code of its own for this. With another version, compare these lists with what it logs.

/// How the Collector's own code, which Jaeger is made of as well, says that a start came to nothing.
const ERROR: &str = "Error: ";

/// What the Collector was doing with its configuration when it failed.
const CONFIG_PHASES: [&str; 6] = [
    "cannot start pipelines: ",
    "failed to build extensions: ",
    "failed to build pipelines: ",
    "failed to get config: ",
    "failed to start extensions: ",
    "invalid configuration: ",
];

/// What the system says in Go's words: the files may be right then, and what they need is not there.
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

/// What made a part end at its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartFailure {
    /// Its configuration: what is under test is wrong.
    Configuration,
    /// The system, for example a port that is taken: the configuration may be right.
    System,
    /// Its log does not tell.
    Unknown,
}

impl StartFailure {
    /// Judges the last lines of a collector's log, of which the last one that begins with `Error: ` counts.
    pub(super) fn from_log(last_lines: &[String]) -> Self {
        let error = last_lines.iter().rev().find_map(|line| line.strip_prefix(ERROR)).unwrap_or_default();
        if SYSTEM_ERRORS.iter().any(|system| error.contains(system)) {
            Self::System
        } else if CONFIG_PHASES.iter().any(|phase| error.starts_with(phase)) {
            Self::Configuration
        } else {
            Self::Unknown
        }
    }

    /// Whether the configuration is at fault. In doubt it is not: then nobody is told that it was refuted.
    #[must_use]
    pub fn is_config_error(self) -> bool {
        self == Self::Configuration
    }
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
    fn a_collector_that_blames_its_configuration_is_believed_unless_the_system_is_to_blame() {
        let of_each = [
            (StartFailure::Configuration, &AT_FAULT[..]),
            (StartFailure::System, &OF_THE_SYSTEM),
            (StartFailure::Unknown, &UNKNOWN),
        ];
        for (failure, lines) in of_each {
            for line in lines {
                assert_eq!(StartFailure::from_log(&words(line)), failure, "{line}");
                assert_eq!(failure.is_config_error(), AT_FAULT.contains(line), "{line}");
            }
        }
        assert_eq!(StartFailure::from_log(&[]), StartFailure::Unknown);
    }
}
