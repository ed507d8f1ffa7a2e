//! Scenario files: those of the repository are right, and what is wrong with others is said with file, line and key.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};

use scenario::behaviours::Behaviours;
use scenario::topology::Topology;
use scenario::{self, ExpectedFailure, Scenario};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn scenarios() -> Vec<Scenario> {
    let topology = Topology::load(&root(), 0).unwrap();
    scenario::all(&root(), &topology).unwrap()
}

/// What a scenario with these lines is told, without the folder of the file.
fn complaint(lines: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("vm-tests/mine");
    fs::create_dir_all(&own).unwrap();
    fs::create_dir_all(folder.path().join("collector")).unwrap();
    fs::copy(root().join("vm-tests/topology.toml"), folder.path().join("vm-tests/topology.toml")).unwrap();
    fs::write(own.join("scenario.toml"), lines).unwrap();
    let topology = Topology::load(folder.path(), 0).unwrap();
    let error = scenario::all(folder.path(), &topology).unwrap_err().to_string();
    error.replace(&format!("{}/", own.display()), "")
}

/// A scenario that is right, with some lines more.
fn with(lines: &str) -> String {
    format!(
        "title = \"t\"\nsummary = \"t\"\nexport = \"jaeger\"\n[nodes]\napp = [\"items\", \"jaeger\", \"agent\"]\n{lines}"
    )
}

#[test]
fn every_behaviour_of_the_bootcamp_is_covered_or_waived() {
    let behaviours = Behaviours::load(&root()).unwrap();
    let families = "B1-01 … B1-10, B2-01 … B2-07, B3-01 … B3-04, B4-01 … B4-05, B5-01, B5-02";
    assert_eq!(behaviours.behaviours.len(), 28, "{families}");
    assert_eq!(behaviours.disagreements(&scenarios()), Vec::<String>::new());
}

#[test]
fn a_behaviour_that_nothing_covers_is_named() {
    let mut behaviours = Behaviours::load(&root()).unwrap();
    behaviours.behaviours.insert("B9-01".to_owned(), "new".to_owned());
    behaviours.waived.insert("B1-01".to_owned(), "no reason".to_owned());
    behaviours.behaviours.remove("B1-02");
    assert_eq!(
        behaviours.disagreements(&scenarios()),
        ["B1-02 is not listed", "B1-01 is covered and waived", "B9-01 is neither covered nor waived"]
    );
}

#[test]
fn every_scenario_has_a_lesson() {
    for scenario in scenarios() {
        assert!(scenario.folder.join("README.md").is_file(), "{} has no README.md", scenario.folder.display());
    }
}

#[test]
fn a_variant_with_a_planted_fault_says_how_it_is_detected() {
    for variant in scenarios().iter().flat_map(|scenario| &scenario.variants) {
        assert_eq!(variant.expected_failure.is_some(), variant.name.starts_with("broken-"), "{}", variant.name);
        let says_how = |failure: &ExpectedFailure| {
            !failure.findings.is_empty() || failure.rejected_by.is_some() || failure.exit == 0
        };
        assert!(variant.expected_failure.iter().all(says_how), "{} does not say how", variant.name);
    }
}

#[test]
fn an_unknown_key_is_an_error() {
    let text = with("[[step]]\ncaption = \"c\"\nget = \"items /data\"\nstate = 200\n");
    let said = complaint(&text);
    assert!(said.starts_with("scenario.toml:9: `state`: unknown field `state`, expected one of"), "{said}");
}

#[test]
fn an_old_key_is_an_error_that_names_the_new_one() {
    let step = |keys: &str| complaint(&with(&format!("[[step]]\ncaption = \"c\"\nget = \"items /data\"\n{keys}\n")));
    for (old, new) in [
        ("without = [\"items\"]", "`without`: is now called `stopped`"),
        ("hold = { part = \"items\", ms = 1 }", "`hold`: is now called `pause`"),
        ("unrecorded = 1", "`unrecorded`: is now called `non_recording`"),
        ("kept_by = \"p\"", "`kept_by`: is now called `sampled_by`"),
        ("refused_by = [\"p\"]", "`refused_by`: is now called `dropped_by`"),
        ("kept = false", "`kept`: is now called `dropped`, with the opposite value"),
    ] {
        assert_eq!(step(old), format!("scenario.toml:9: {new}"));
    }
    let variant = |lines: &str| complaint(&with(&format!("[[variant]]\nname = \"v\"\ncaption = \"v\"\n{lines}")));
    assert_eq!(variant("[variant.fails]\nexit = 2\n"), "scenario.toml:9: `fails`: is now called `expect_failure`");
    let failure = |line: &str| variant(&format!("[variant.expect_failure]\nexit = 2\n{line}\n"));
    assert_eq!(failure("says = []"), "scenario.toml:11: `says`: is now called `output_matches`");
    assert_eq!(failure("refused = \"agent\""), "scenario.toml:11: `refused`: is now called `rejected_by`");
    let scenario = complaint("title = \"t\"\nteaches = \"t\"\n");
    assert_eq!(scenario, "scenario.toml:2: `teaches`: is now called `summary`");
}

#[test]
fn a_wrong_type_is_an_error() {
    let said = complaint(&with("[[step]]\ncaption = \"c\"\nget = \"items /data\"\nstatus = \"ok\"\n"));
    assert_eq!(said, "scenario.toml:9: `status`: invalid type: string \"ok\", expected u16");
}

#[test]
fn an_unknown_part_is_an_error_wherever_it_stands() {
    let known =
        "(the topology has: agent, gateway, items, jaeger, prometheus, redis, redis-subscriber, remote-users, users)";
    let said = complaint(&with("backend = [\"jeager\"]\n"));
    assert_eq!(said, format!("scenario.toml:6: `backend`: unknown part `jeager` {known}"));
    let said = complaint(&with("[[step]]\ncaption = \"c\"\nget = \"itmes /data\"\n"));
    assert_eq!(said, format!("scenario.toml:8: `get`: unknown part `itmes` {known}"));
    let said = complaint(&with("[environment.usres]\nX = \"1\"\n"));
    assert_eq!(said, format!("scenario.toml:6: `environment`: unknown part `usres` {known}"));
}

#[test]
fn a_misspelt_variable_is_an_error_that_names_the_nearest() {
    let said = complaint(&with("[environment.services]\nRUST_LOG = \"info\"\nLAB_USERS_REFRESH = \"1\"\n"));
    let nearest = "(the nearest known one is `LAB_USERS_REFRESH_MS`)";
    assert_eq!(said, format!("scenario.toml:8: `LAB_USERS_REFRESH`: no variable that `services` reads {nearest}"));
    let variant = "[[variant]]\nname = \"v\"\ncaption = \"v\"\n[variant.environment.items]\n";
    let said = complaint(&with(&format!("{variant}OTEL_TRACE_SAMPLER = \"always_on\"\n")));
    let nearest = "(the nearest known one is `OTEL_TRACES_SAMPLER`)";
    assert_eq!(said, format!("scenario.toml:10: `OTEL_TRACE_SAMPLER`: no variable that `items` reads {nearest}"));
}

#[test]
fn a_collector_may_be_told_what_its_layers_read_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("vm-tests/mine");
    fs::create_dir_all(&own).unwrap();
    fs::write(own.join("a.yaml"), "a: ${env:LAB_MINE:-1s}\nb: ${env:LAB_OTHER}\n").unwrap();
    let load = |name: &str| {
        let lines = format!("[layers]\nagent = [\"./a.yaml\"]\n[environment.agent]\nMY_OWN = \"1\"\n{name} = \"1\"\n");
        fs::write(own.join("scenario.toml"), with(&lines)).unwrap();
        Scenario::load(folder.path(), &own, &Topology::load(&root(), 0).unwrap()).map_err(|error| error.to_string())
    };
    for name in ["LAB_MINE", "LAB_OTHER", "LAB_JAEGER_HOST", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_GO_X_OBSERVABILITY"] {
        assert!(load(name).is_ok(), "{name}: {:?}", load(name));
    }
    for name in ["LAB_MINES", "LAB_DEFECT"] {
        let said = load(name).unwrap_err();
        assert!(said.contains(&format!(":10: `{name}`: no variable that `agent` reads")), "{said}");
    }
}

#[test]
fn a_part_listens_where_the_topology_says() {
    let said = |section: &str, name: &str| complaint(&with(&format!("[environment.{section}]\n{name} = \"1\"\n")));
    let own = |section: &str, name: &str| {
        let why = format!("`{section}` listens where topology.toml says; a scenario cannot move it");
        assert_eq!(said(section, name), format!("scenario.toml:7: `{name}`: {why}"));
    };
    own("items", "LAB_ITEMS_HTTP");
    own("services", "LAB_ITEMS_ADMIN");
    own("agent", "LAB_LISTEN");
}

#[test]
fn a_part_without_a_layer_is_an_error() {
    assert_eq!(complaint(&with("[layers]\nagent = []\n")), "scenario.toml:7: `layers`: `agent` has no file");
}

#[test]
fn a_part_that_runs_on_no_node_is_an_error() {
    let said = complaint(&with("[[step]]\ncaption = \"c\"\nget = \"users /user\"\n"));
    assert_eq!(
        said,
        "scenario.toml:8: `get`: part `users` runs on no node (those of [nodes] are: agent, items, jaeger)"
    );
    let said = complaint("title = \"t\"\nsummary = \"t\"\nexport = \"jaeger\"\n[nodes]\napp = [\"items\"]\n");
    assert_eq!(said, "scenario.toml:3: `export`: part `jaeger` runs on no node (those of [nodes] are: items)");
    let said = complaint("title = \"t\"\nsummary = \"t\"\nexport = \"redis\"\n[nodes]\napp = [\"redis\"]\n");
    assert_eq!(said, "scenario.toml:3: `export`: part `redis` has no port `otlp_http` (it has: tcp)");
}

#[test]
fn nodes_that_cannot_become_machines_are_an_error() {
    let head = "title = \"t\"\nsummary = \"t\"\nexport = \"jaeger\"\n[nodes]\n";
    let said = complaint(&format!("{head}front = [\"items\"]\nbackend = [\"jaeger\"]\n"));
    assert_eq!(said, "scenario.toml:4: `nodes`: none is called `app`, from which a scenario is checked");
    let said = complaint(&format!("{head}app = [\"items\", \"jaeger\"]\nbackend = [\"jaeger\"]\n"));
    assert_eq!(said, "scenario.toml:6: `nodes`: part `jaeger` runs on two nodes");
}

#[test]
fn two_variants_of_one_name_are_an_error() {
    let variant = "[[variant]]\nname = \"v\"\ncaption = \"c\"\n";
    assert_eq!(complaint(&with(&format!("{variant}{variant}"))), "scenario.toml:10: two variants are called `v`");
}

#[test]
fn a_secret_that_no_step_plants_or_that_is_short_is_an_error() {
    let step = "[[step]]\ncaption = \"c\"\nget = \"items /data?a=planted-text\"\n";
    let secret = |text: &str| format!("{step}[[secret]]\ncaption = \"c\"\nplanted = [\"{text}\"]\n");
    assert_eq!(complaint(&with(&secret("other-text"))), "scenario.toml:11: `planted`: no step plants `other-text`");
    assert_eq!(
        complaint(&with(&secret("planted"))),
        "scenario.toml:11: `planted`: `planted` has fewer than 8 characters"
    );
}

#[test]
fn a_message_needs_a_socket_and_a_text() {
    let said = complaint(&with("[[step]]\ncaption = \"c\"\nwebsocket = \"items /ws\"\n"));
    assert_eq!(said, "scenario.toml:6: step `c`: needs one of `get`, `redis`, and `websocket` with `send`");
    let said = complaint(&with("[[step]]\ncaption = \"c\"\nwebsocket = \"items\"\nsend = \"x\"\n"));
    assert_eq!(said, "scenario.toml:8: `websocket`: `items` is not of the form `part /path` or `part:port /path`");
}

#[test]
fn a_key_that_is_missing_is_named_without_another() {
    assert_eq!(complaint("summary = \"t\"\n"), "scenario.toml:1: missing field `title`");
}

#[test]
fn a_step_that_does_nothing_or_two_things_is_an_error() {
    let said = complaint(&with("[[step]]\ncaption = \"c\"\n"));
    assert_eq!(said, "scenario.toml:6: step `c`: needs one of `get`, `redis`, and `websocket` with `send`");
    let said = complaint(&with("[[step]]\ncaption = \"c\"\npost = \"items /data\"\n"));
    assert!(said.starts_with("scenario.toml:8: `post`: unknown field `post`"), "{said}");
}

#[test]
fn a_mistake_in_a_tree_is_said_with_its_own_line() {
    let tree = "trace = '''\nitems SERVER \"GET /data\"\n  items CLEINT \"GET\"\n'''\n";
    let said = complaint(&with(&format!("[[step]]\ncaption = \"c\"\nget = \"items /data\"\n{tree}")));
    assert!(said.starts_with("scenario.toml:11: `trace`: line 2, column 9"), "{said}");
}

#[test]
fn a_layer_that_is_not_there_is_an_error() {
    let said = complaint(&with("[layers]\nagent = [\"agnet.yaml\"]\n"));
    assert_eq!(said, "scenario.toml:7: `agent`: there is no collector/agnet.yaml");
    let said = complaint(&with("[layers]\nagent = [\"./agnet.yaml\"]\n"));
    assert_eq!(said, "scenario.toml:7: `agent`: there is no vm-tests/mine/agnet.yaml");
}

#[test]
fn a_layer_is_one_of_the_labs_or_of_the_scenarios_own_folder() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("vm-tests/mine");
    fs::create_dir_all(&own).unwrap();
    fs::create_dir_all(folder.path().join("collector")).unwrap();
    fs::write(own.join("scenario.toml"), with("[layers]\nagent = [\"agent.yaml\", \"./agent.yaml\"]\n")).unwrap();
    let files = [folder.path().join("collector/agent.yaml"), own.join("agent.yaml")];
    for file in &files {
        fs::write(file, "").unwrap();
    }
    let scenario = Scenario::load(folder.path(), &own, &Topology::load(&root(), 0).unwrap()).unwrap();
    assert_eq!(scenario.layers["agent"], files);
}

#[test]
fn a_metric_without_an_amount_is_an_error() {
    let said = complaint(&with("[[metric]]\ncaption = \"m\"\nquery = \"up\"\n"));
    assert_eq!(said, "scenario.toml:6: metric `m`: needs one of `increase`, `equals`, `at_least`");
}

#[test]
fn a_trace_has_one_outcome_of_tail_sampling() {
    let step = |keys: &str| complaint(&with(&format!("[[step]]\ncaption = \"c\"\nget = \"items /data\"\n{keys}\n")));
    let more = "scenario.toml:6: step `c`: has more than one of `dropped`, `sampled_by` and `dropped_by`";
    assert_eq!(step("sampled_by = \"errors\"\ndropped_by = [\"slow\"]"), more);
    assert!(step("dropped_by = []").contains("`dropped_by` names no policy"));
    assert!(step("dropped = false").contains("`dropped` can only be true"));
    assert_eq!(step("share = 1.5"), "scenario.toml:9: `share`: 1.5 is not between 0 and 1");
}

#[test]
fn only_one_request_is_repeated_until_it_has_its_answer() {
    let said = complaint(&with("[[step]]\ncaption = \"c\"\nget = \"items /data\"\nuntil = true\ntimes = 2\n"));
    assert_eq!(said, "scenario.toml:8: `until`: is for one request, without `times` and `also`");
}

#[test]
fn a_file_is_one_of_a_state_directory_and_only_collectors_and_jaeger_have_one() {
    let said = complaint(&with("[files.jaeger]\n\"../strategies.json\" = \"{}\"\n"));
    assert_eq!(said, "scenario.toml:7: `../strategies.json` is not the name of a file in a part's state directory");
    let said = complaint(&with("[files.items]\n\"a.json\" = \"{}\"\n"));
    assert_eq!(said, "scenario.toml:6: `files`: `items` is neither a collector nor Jaeger");
    let write = "write = { part = \"items\", file = \"a.json\", text = \"{}\" }";
    let said = complaint(&with(&format!("[[step]]\ncaption = \"c\"\nget = \"items /data\"\n{write}\n")));
    assert_eq!(said, "scenario.toml:9: `write`: `items` is neither a collector nor Jaeger");
}

#[test]
fn a_variant_that_removes_a_scope_is_the_scenario_without_its_spans() {
    let step = "[[step]]\ncaption = \"c\"\nget = \"items /data\"\ntrace = '''\nitems SERVER \"r\"\n  items CLIENT \"x\"\n'''\n";
    let variant = "[[variant]]\nname = \"v\"\ncaption = \"v\"\n[variant.removes]\nscope = \"lib\"\n";
    let said = complaint(&with(&format!("{step}{variant}")));
    assert_eq!(said, "scenario.toml:16: `removes`: no line of a tree says scope=\"lib\"");
    let root = step.replace("\"r\"", "\"r\" scope=\"lib\"");
    let said = complaint(&with(&format!("{root}{variant}")));
    assert_eq!(said, "scenario.toml:16: `removes`: `c`: items SERVER \"r\" is the root: without it there is no tree");
    let own = "[[variant.step]]\ncaption = \"c\"\nget = \"items /data\"\n";
    let said = complaint(&with(&format!("{step}{variant}{own}")));
    assert_eq!(
        said,
        "scenario.toml:16: `removes`: the variant is the scenario without a scope, and so has no steps of its own"
    );
}
