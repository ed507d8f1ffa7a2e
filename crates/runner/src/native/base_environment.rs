//! The clean environment that every part starts from, so that a run depends on its scenario and not on the caller's shell.

use std::collections::BTreeMap;

/// What is taken over: where things are, in which language and time zone, and Rust's two knobs for people who look for a fault.
const KEPT: [&str; 10] =
    ["HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "RUST_BACKTRACE", "RUST_LOG", "TMPDIR", "TZ", "USER"];

/// The variables of the caller that a part sees; `OTEL_*` and proxies, which would change a run, are not among them.
#[must_use]
pub fn base_environment() -> BTreeMap<String, String> {
    taken_from(|name| std::env::var(name).ok())
}

fn taken_from(variable: impl Fn(&str) -> Option<String>) -> BTreeMap<String, String> {
    KEPT.iter().filter_map(|name| variable(name).map(|value| ((*name).to_owned(), value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callers_telemetry_settings_do_not_reach_a_part() {
        let environment = taken_from(|name| Some(format!("caller's {name}")));
        assert_eq!(environment["PATH"], "caller's PATH");
        assert!(environment.keys().all(|name| !name.starts_with("OTEL_") && !name.to_lowercase().ends_with("_proxy")));
    }
}
