//! Prometheus, the store of the metrics, and its configuration.

use scenario::ScrapeTarget;
use scenario::topology::{Topology, UnknownAddress};
use serde_json::{Value, json};

use super::external::{DebianPackages, External, Origin};
use super::program::{Program, Rejection, StopOrder};
use super::run_context::{PlanError, RunContext, state_directory};

/// Prometheus. Every version on PATH is accepted.
pub(super) static PROMETHEUS: Program = Program {
    external: Some(External {
        title: "Prometheus",
        names: &["prometheus"],
        clients: &["promtool"],
        accepts: &[],
        origin: Origin::Debian(DebianPackages {
            packages: &["prometheus"],
            script_arguments: " --web.local-assets=\"$root/usr/share/prometheus/web/\"",
        }),
        about: "30 s",
    }),
    arguments,
    rejection: Rejection::Indistinct,
    stop_order: StopOrder::Last,
};

/// Prometheus expands no variables in a scrape configuration, so the file is generated: JSON, which is also YAML.
fn arguments(run: &RunContext<'_>, part: &str) -> Result<Vec<String>, PlanError> {
    let file = run.dir.join("prometheus.yml");
    let configuration = configuration(run.topology, run.parts)?;
    std::fs::write(&file, format!("{configuration:#}\n"))
        .map_err(|source| PlanError::File { file: file.clone(), source })?;
    Ok(vec![
        format!("--config.file={}", file.display()),
        format!("--storage.tsdb.path={}", state_directory(run.dir, part).join("data").display()),
        format!("--web.listen-address={}:{}", run.topology.listen(), run.topology.port(part, "web")?),
    ])
}

/// The scrape configuration for a run with these parts: the gateway's exporter, or every service if no collector runs.
fn configuration(topology: &Topology, parts: &[String]) -> Result<Value, UnknownAddress> {
    let job = |ScrapeTarget { part, address, honor_labels }| {
        let targets = json!([{ "targets": [address] }]);
        json!({ "job_name": part, "honor_labels": honor_labels, "static_configs": targets })
    };
    let jobs: Vec<Value> = ScrapeTarget::all(topology, parts)?.into_iter().map(job).collect();
    Ok(json!({ "global": { "scrape_interval": "1s", "scrape_timeout": "1s" }, "scrape_configs": jobs }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn jobs(parts: &[&str]) -> Value {
        let topology = Topology::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")), 100).unwrap();
        let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        configuration(&topology, &parts).unwrap()["scrape_configs"].take()
    }

    #[test]
    fn with_a_gateway_only_its_exporter_is_scraped() {
        let exporter = json!([{ "targets": ["127.0.0.1:8989"] }]);
        let job = json!({ "job_name": "gateway", "honor_labels": true, "static_configs": exporter });
        assert_eq!(jobs(&["items", "users", "agent", "gateway"]), json!([job]));
    }

    #[test]
    fn without_collectors_every_service_is_scraped() {
        let jobs = jobs(&["items", "users", "jaeger"]);
        let targets = json!([{ "targets": ["127.0.0.1:9566"] }]);
        let items = json!({ "job_name": "items", "honor_labels": false, "static_configs": targets });
        assert_eq!(jobs[0], items);
        assert_eq!(jobs[1]["job_name"], "users");
    }

    #[test]
    fn with_nothing_to_scrape_there_is_no_job() {
        assert_eq!(jobs(&["redis"]), json!([]));
    }
}
