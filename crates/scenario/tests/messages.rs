//! Every message about a topology or a scenario file, whole. `INSTA_UPDATE=always` writes the snapshots anew.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use scenario::document::DocumentError;
use scenario::topology::{TOPOLOGY_FILE, TopologyError, UnknownAddress};
use scenario::{FindError, Scenario, Topology};
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A root with an empty `collector/`, the topology of the lab, and a scenario in each of these folders.
fn lab(folders: &[&str], scenario: &str) -> TempDir {
    let lab = tempfile::tempdir().unwrap();
    fs::create_dir_all(lab.path().join("collector")).unwrap();
    fs::create_dir_all(lab.path().join("vm-tests")).unwrap();
    fs::copy(root().join(TOPOLOGY_FILE), lab.path().join(TOPOLOGY_FILE)).unwrap();
    for folder in folders {
        let folder = lab.path().join("vm-tests").join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("scenario.toml"), scenario).unwrap();
    }
    lab
}

/// An error with its causes, as `lab` prints it, without the folder of the root.
fn printed(root: &Path, error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    let text = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    text.replace(&format!("{}/", root.display()), "")
}

/// The error of a scenario with this text.
fn scenario_error(text: &str) -> String {
    let lab = lab(&["mine"], text);
    let topology = Topology::load(lab.path(), 0).unwrap();
    printed(lab.path(), &Scenario::load(lab.path(), &lab.path().join("vm-tests/mine"), &topology).unwrap_err())
}

const STEP: &str = "[[step]]\ncaption = \"c\"\nget = \"items /data?a=planted-text\"\n";
const TREE: &str = "trace = '''\nitems SERVER \"r\"\n  items CLIENT \"x\"\n'''\n";
const VARIANT: &str = "[[variant]]\nname = \"v\"\ncaption = \"v\"\n";

/// Five lines of head, then these lines.
fn scenario(lines: &str) -> String {
    let head = "title = \"t\"\nsummary = \"t\"\nexport = \"jaeger\"\n[nodes]\n";
    format!("{head}app = [\"items\", \"jaeger\", \"agent\"]\n{lines}")
}

fn step(lines: &str) -> String {
    scenario(&format!("{STEP}{lines}\n"))
}

fn variant(lines: &str) -> String {
    scenario(&format!("{STEP}{TREE}{VARIANT}{lines}\n"))
}

/// A scenario whose only step does this.
fn action(lines: &str) -> String {
    scenario(&format!("[[step]]\ncaption = \"c\"\n{lines}\n"))
}

fn nodes(export: &str, lines: &str) -> String {
    format!("title = \"t\"\nsummary = \"t\"\nexport = \"{export}\"\n[nodes]\n{lines}\n")
}

fn keys_and_types() -> String {
    let secret = "[[secret]]\ncaption = \"c\"\nplanted = [\"planted-text\"]";
    let failure = |line: &str| variant(&format!("[variant.expect_failure]\nexit = 2\n{line}"));
    messages(&[
        ("not TOML", "title = \n".to_owned()),
        ("two values", "title = \"t\"\ntitle = \"t\"\n".to_owned()),
        ("wrong type", step("status = \"ok\"")),
        ("wrong type of a variable", scenario("[environment.services]\nRUST_LOG = 1\n")),
        ("no table", step("pause = 1")),
        ("no list of tables", scenario("[step]\ncaption = \"c\"\n")),
        ("a list, but not of tables", "variant = [1]\n".to_owned() + &scenario("")),
        ("missing key", "summary = \"t\"\n".to_owned()),
        ("missing key of a step", scenario("[[step]]\nget = \"items /data\"\n")),
        ("unknown key of the scenario", scenario("[[stpe]]\ncaption = \"c\"\n")),
        ("unknown key of a step", step("state = 200")),
        ("unknown key of `pause`", step("pause = { part = \"items\", ms = 1, s = 1 }")),
        ("unknown key of a variant", variant("[variant.layer]\n")),
        ("unknown key of `removes`", variant("[variant.removes]\nscope = \"lib\"\ncover = []")),
        ("unknown key of `expect_failure`", failure("finding = []")),
        (
            "unknown key of a background",
            scenario("[[background]]\ncaption = \"c\"\ntrace = 'items SERVER \"r\"'\ntime = 1\n"),
        ),
        ("misspelled key that is required", "titel = \"t\"\n".to_owned()),
        ("misspelled `[layers]`", scenario("[layer]\nagent = [\"./a.yaml\"]\n[environment.agent]\nLAB_MINE = \"1\"\n")),
        ("misspelled `[[step]]`", step(secret).replace("[[step]]", "[[stpe]]")),
        ("misspelled action", action("gett = \"items /data\"")),
        ("misspelled amount of a metric", scenario("[[metric]]\ncaption = \"m\"\nquery = \"up\"\nequal = 1\n")),
        ("former key `teaches`", "title = \"t\"\nteaches = \"t\"\n".to_owned()),
        ("former key `without`", step("without = [\"items\"]")),
        ("former key `hold`", step("hold = { part = \"items\", ms = 1 }")),
        ("former key `unrecorded`", step("unrecorded = 1")),
        ("former key `kept_by`", step("kept_by = \"p\"")),
        ("former key `refused_by`", step("refused_by = [\"p\"]")),
        ("former key `kept`", step("kept = false")),
        ("former key `fails`", variant("[variant.fails]\nexit = 2")),
        ("former key `says`", failure("says = []")),
        ("former key `refused`", failure("refused = \"agent\"")),
    ])
}

fn names_and_values() -> String {
    let environment = |section: &str, name: &str| scenario(&format!("[environment.{section}]\n{name} = \"1\"\n"));
    let secret = |text: &str| step(&format!("[[secret]]\ncaption = \"c\"\nplanted = [\"{text}\"]"));
    let removes = "[variant.removes]\nscope = \"lib\"\n";
    messages(&[
        ("unknown part of a node", scenario("backend = [\"jeager\"]\n")),
        ("unknown part of a step", action("get = \"itmes /data\"")),
        ("unknown port of a step", action("get = \"items:htp /data\"")),
        ("unknown part of the environment", environment("usres", "X")),
        ("part of no node", action("get = \"users /user\"")),
        ("part of no node that is stopped", step("stopped = [\"users\"]")),
        ("export to a part of no node", nodes("jaeger", "app = [\"items\"]")),
        ("export to a part without OTLP", nodes("redis", "app = [\"redis\"]")),
        ("no node `app`", nodes("jaeger", "front = [\"items\"]\nbackend = [\"jaeger\"]")),
        ("part on two nodes", nodes("jaeger", "app = [\"items\", \"jaeger\"]\nbackend = [\"jaeger\"]")),
        ("unknown variable of the services", environment("services", "LAB_USERS_REFRESH")),
        ("unknown variable of OpenTelemetry", environment("items", "OTEL_TRACE_SAMPLER")),
        ("unknown variable of a Collector", environment("agent", "LAB_DEFECT")),
        ("unknown variable of a variant", variant("[variant.environment.items]\nLAB_DEFCT = \"x\"")),
        ("address of a part itself", environment("items", "LAB_ITEMS_HTTP")),
        ("address of one of the services", environment("services", "LAB_ITEMS_ADMIN")),
        ("listen address", environment("agent", "LAB_LISTEN")),
        (
            "metric of a variant without steps",
            variant("[[variant.metric]]\ncaption = \"m\"\nquery = \"up\"\nequals = 1"),
        ),
        ("unknown port in a value", scenario("[environment.items]\nURL = \"{agent:otlp}\"\n")),
        ("no layer", scenario("[layers]\nagent = []\n")),
        ("layer of the lab that does not exist", scenario("[layers]\nagent = [\"agnet.yaml\"]\n")),
        ("own layer that does not exist", scenario("[layers]\nagent = [\"./agnet.yaml\"]\n")),
        ("file outside the state directory", scenario("[files.jaeger]\n\"../strategies.json\" = \"{}\"\n")),
        ("file of a service", scenario("[files.items]\n\"a.json\" = \"{}\"\n")),
        ("written file of a service", step("write = { part = \"items\", file = \"a.json\", text = \"{}\" }")),
        (
            "written file outside the state directory",
            step("write = { part = \"jaeger\", file = \"a/b\", text = \"{}\" }"),
        ),
        ("no action", action("")),
        ("two actions", step("redis = [\"PING\"]")),
        ("message without a text", action("websocket = \"items /ws\"")),
        ("target without a path", action("websocket = \"items\"\nsend = \"x\"")),
        ("`until` with several requests", step("until = true\ntimes = 2")),
        ("two outcomes of tail sampling", step("sampled_by = \"errors\"\ndropped_by = [\"slow\"]")),
        ("`dropped_by` without a policy", step("dropped_by = []")),
        ("`dropped = false`", step("dropped = false")),
        ("share over 1", step("share = 1.5")),
        ("invalid tree", step("trace = '''\nitems SERVER \"GET /data\"\n  items CLEINT \"GET\"\n'''")),
        ("invalid span", scenario("[[absent]]\ncaption = \"c\"\nspan = \"items SERVER\"\n")),
        ("metric without an amount", scenario("[[metric]]\ncaption = \"m\"\nquery = \"up\"\n")),
        (
            "background with two counts",
            scenario("[[background]]\ncaption = \"b\"\ntrace = 'items SERVER \"r\"'\ntimes = 1\nat_least = 1\n"),
        ),
        ("secret that no step sends", secret("other-text")),
        ("short secret", secret("planted")),
        ("two variants of one name", variant(VARIANT)),
        ("removed scope in no tree", variant(removes)),
        ("removed scope of the root", variant(removes).replace("\"r\"", "\"r\" scope=\"lib\"")),
        (
            "removed scope beside own steps",
            variant(&format!("{removes}[[variant.step]]\ncaption = \"c\"\nget = \"items /data\"")),
        ),
        ("invalid regular expression", variant("[variant.expect_failure]\nexit = 1\noutput_matches = [\"(\"]")),
    ])
}

/// One line for each mistake: what it is, and the message.
fn messages(mistakes: &[(&str, String)]) -> String {
    let lines = mistakes.iter().map(|(name, text)| format!("{name}: {}", scenario_error(text)));
    lines.collect::<Vec<_>>().join("\n")
}

fn topology_error(error: &TopologyError) -> &'static str {
    match error {
        TopologyError::Document(DocumentError::Unreadable { .. }) => "Document::Unreadable",
        TopologyError::Document(DocumentError::Invalid { .. }) => "Document::Invalid",
        TopologyError::NotAPort { .. } => "NotAPort",
        TopologyError::OffsetTooLarge { .. } => "OffsetTooLarge",
    }
}

fn topology_errors() -> String {
    let lab = lab(&[], "");
    let valid = fs::read_to_string(lab.path().join(TOPOLOGY_FILE)).unwrap();
    let invalid = |from: &str, to: &str| {
        fs::write(lab.path().join(TOPOLOGY_FILE), valid.replacen(from, to, 1)).unwrap();
        Topology::load(lab.path(), 0).unwrap_err()
    };
    let value = |name: &str| (name == "LAB_REDIS_TCP").then(|| "99999".to_owned());
    let errors = [
        Topology::load(&lab.path().join("elsewhere"), 0).unwrap_err(),
        invalid("role = \"redis\"", "role = \"database\""),
        invalid("role = \"redis\"", "rolle = \"redis\""),
        invalid("tcp = 6379", "tcp = 66379"),
        invalid("ready = \"notify\"", "ready = \"never\""),
        invalid("ready = \"notify\"", "ready = { port = \"tcp\", path = \"/\", status = 200 }"),
        Topology::load_located(&root(), 0, value).unwrap_err(),
        Topology::load(&root(), 9857).unwrap_err(),
    ];
    let lines = errors.map(|error| format!("{}: {}", topology_error(&error), printed(lab.path(), &error)));
    lines.join("\n")
}

fn unknown_address(error: &UnknownAddress) -> &'static str {
    match error {
        UnknownAddress::Part(..) => "Part",
        UnknownAddress::Port(..) => "Port",
    }
}

fn unknown_addresses() -> String {
    let topology = Topology::load(&root(), 0).unwrap();
    let errors = [topology.port("rediss", "tcp").unwrap_err(), topology.port("redis", "admin").unwrap_err()];
    errors.map(|error| format!("{}: {error}", unknown_address(&error))).join("\n")
}

fn find_error(error: &FindError) -> &'static str {
    match error {
        FindError::Unknown { .. } => "Unknown",
        FindError::Ambiguous { .. } => "Ambiguous",
        FindError::Unreadable { .. } => "Unreadable",
        FindError::Document(_) => "Document",
    }
}

fn find_errors() -> String {
    let topology = Topology::load(&root(), 0).unwrap();
    let error = |folders: &[&str], scenario: &str| {
        let lab = lab(folders, scenario);
        let error = scenario::find(lab.path(), &topology, "scenario3").unwrap_err();
        format!("{}: {}", find_error(&error), printed(lab.path(), &error))
    };
    let elsewhere = tempfile::tempdir().unwrap();
    let unreadable = scenario::all(elsewhere.path(), &topology).unwrap_err();
    let errors = [
        error(&["scenario1-a", "scenario2-b"], ""),
        error(&["scenario3-a", "scenario3-b"], ""),
        format!("{}: {}", find_error(&unreadable), printed(elsewhere.path(), &unreadable)),
        error(&["scenario3-a"], ""),
    ];
    errors.join("\n")
}

#[test]
fn scenario_errors() {
    let messages = format!("# Keys and types\n{}\n\n# Names and values\n{}", keys_and_types(), names_and_values());
    insta::assert_snapshot!(messages);
}

#[test]
fn topology_and_find_errors() {
    let [topology, address, find] = [topology_errors(), unknown_addresses(), find_errors()];
    let messages = format!("# TopologyError\n{topology}\n\n# UnknownAddress\n{address}\n\n# FindError\n{find}");
    insta::assert_snapshot!(messages);
}
