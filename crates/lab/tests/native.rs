//! Parts as real processes: readiness, ends, stops, and that nothing is left of a killed lab.
//!
//! The processes are this test program itself, in the roles of `role`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod real_redis;

use std::collections::BTreeMap;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, setsid};
use runner::native::{Event, Native, PartError, PartPlan, Plan, RUN_ID, Ready, Supervisor, UpError};
use tokio::signal::unix::{SignalKind, signal};

/// The variable that names the role of this process.
const ROLE: &str = "LAB_TEST_ROLE";

/// Everything here happens within this, or never.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
#[ignore = "played by the other tests, as a process of its own"]
async fn role() {
    let mut term = signal(SignalKind::terminate()).unwrap();
    match std::env::var(ROLE).unwrap_or_default().as_str() {
        "obedient" => {
            say_ready();
            term.recv().await;
        }
        "stubborn" => {
            say_ready();
            std::future::pending().await
        }
        "silent" => std::future::pending().await,
        "broken" => {
            println!("reading the configuration");
            println!("no such backend: `papyrus`");
            std::process::exit(3);
        }
        "particular" => {
            eprintln!("PAPER=\"papyrus\" is not usable: one of: vellum, linen expected");
            std::process::exit(64);
        }
        // A part with a child in a session of its own, which no signal to a group or terminal reaches.
        "parent" => {
            let child = part("apart");
            Command::new(child.program).args(child.args).envs(child.env).status().unwrap();
        }
        "apart" => {
            setsid().unwrap();
            say_ready();
            std::future::pending().await
        }
        "lab" => play_lab().await,
        _ => {}
    }
}

fn say_ready() {
    let socket = UnixDatagram::unbound().unwrap();
    socket.send_to(b"READY=1", std::env::var_os("NOTIFY_SOCKET").unwrap()).unwrap();
}

/// Starts a supervisor and a part, says so, and goes on until it is killed.
async fn play_lab() {
    let dir = std::env::var("LAB_TEST_DIR").unwrap();
    let plan = plan(Path::new(&dir), vec![part("parent")]);
    let _supervisor = Supervisor::start(Path::new(env!("CARGO_BIN_EXE_lab")), &plan.run_id).unwrap();
    let _native = Native::up(plan, |_| {}).await.unwrap();
    std::fs::write(Path::new(&dir).join("is-up"), "").unwrap();
    std::future::pending().await
}

/// A part that runs as the role of the same name.
fn part(role: &str) -> PartPlan {
    PartPlan {
        name: role.to_owned(),
        program: std::env::current_exe().unwrap(),
        args: ["role", "--exact", "--ignored", "--nocapture"].map(str::to_owned).into(),
        validates: false,
        refuses_with: None,
        env: BTreeMap::from([(ROLE.to_owned(), role.to_owned()), ("PATH".to_owned(), std::env::var("PATH").unwrap())]),
        files: BTreeMap::new(),
        ports: BTreeMap::new(),
        ready: Ready::Notify,
        start_within: SOON,
        stop_within: SOON,
        tier: 0,
    }
}

fn plan(dir: &Path, parts: Vec<PartPlan>) -> Plan {
    let run_id = format!("test{}", dir.file_name().unwrap().display());
    Plan { run_id, dir: dir.to_owned(), listen: "127.0.0.1".to_owned(), offset: 0, parts }
}

/// The processes of a run.
fn processes(run_id: &str) -> Vec<String> {
    let entry = format!("{RUN_ID}={run_id}");
    let of_run = |pid: &String| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == entry.as_bytes())
    };
    let pids = std::fs::read_dir("/proc").unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    pids.filter(of_run).collect()
}

/// Waits until a condition holds, and fails the test when it does not come to hold.
async fn eventually(what: &str, condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < SOON, "{what}: not within {SOON:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_part_is_up_when_it_says_so_and_ends_when_it_is_asked() {
    let dir = tempfile::tempdir().unwrap();
    let mut events = Vec::new();
    let mut native = Native::up(plan(dir.path(), vec![part("obedient")]), |event| events.push(event)).await.unwrap();
    assert!(matches!(&events[..], [Event::Starting(a), Event::Ready(b, _)] if a == "obedient" && b == "obedient"));
    assert!(native.pid("obedient").is_some());
    assert!(native.ended().is_empty());
    let stopped = native.down().await;
    assert!(stopped[0].status.unwrap().success() && !stopped[0].forced, "{stopped:?}");
    assert_eq!(native.pid("obedient"), None);
}

#[tokio::test]
async fn a_part_that_ends_at_its_start_is_reported_with_its_last_lines_and_takes_the_others_along() {
    let dir = tempfile::tempdir().unwrap();
    let plan = plan(dir.path(), vec![part("obedient"), part("broken")]);
    let run_id = plan.run_id.clone();
    let error = Native::up(plan, |_| {}).await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, UpError::Part(PartError::Died { .. })));
    assert!(text.starts_with("broken ended before it was ready (exit status: 3); the end of "), "{text}");
    assert!(text.ends_with("\n    reading the configuration\n    no such backend: `papyrus`"), "{text}");
    eventually("the other part ends", || processes(&run_id).is_empty()).await;
}

#[tokio::test]
async fn a_service_that_refuses_its_environment_says_why_and_is_told_from_one_that_breaks() {
    let dir = tempfile::tempdir().unwrap();
    let particular = PartPlan { refuses_with: Some(64), ..part("particular") };
    let error = Native::up(plan(dir.path(), vec![particular]), |_| {}).await.unwrap_err();
    assert!(matches!(error, UpError::Part(PartError::Refused { .. })), "{error}");
    let text = error.to_string();
    assert!(text.starts_with("particular refuses its configuration (its environment):\n"), "{text}");
    assert!(text.ends_with("\n    PAPER=\"papyrus\" is not usable: one of: vellum, linen expected"), "{text}");
    let other = Native::up(plan(dir.path(), vec![part("particular")]), |_| {}).await.unwrap_err();
    assert!(matches!(other, UpError::Part(PartError::Died { .. })), "{other}");
}

#[tokio::test]
async fn a_part_that_is_never_ready_is_given_up() {
    let dir = tempfile::tempdir().unwrap();
    let silent = PartPlan { start_within: Duration::from_millis(300), ..part("silent") };
    let error = Native::up(plan(dir.path(), vec![silent]), |_| {}).await.unwrap_err();
    assert!(matches!(&error, UpError::Part(PartError::Late { .. })), "{error}");
    assert!(error.to_string().contains("READY=1 on its NOTIFY_SOCKET"), "{error}");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let absent = PartPlan { program: "/nowhere/redis-server".into(), ..part("obedient") };
    let error = Native::up(plan(dir.path(), vec![absent]), |_| {}).await.unwrap_err();
    assert!(error.to_string().starts_with("obedient: /nowhere/redis-server did not start: No such file"), "{error}");
}

#[tokio::test]
async fn a_part_that_does_not_stop_is_killed_and_that_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let stubborn = PartPlan { stop_within: Duration::from_millis(200), ..part("stubborn") };
    let mut native = Native::up(plan(dir.path(), vec![stubborn]), |_| {}).await.unwrap();
    let stopped = native.stop("stubborn").await.unwrap();
    assert!(stopped.forced && stopped.status.is_some(), "{stopped:?}");
    assert_eq!(native.ended().len(), 1);
}

#[tokio::test]
async fn a_killed_part_is_seen_and_starts_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut native = Native::up(plan(dir.path(), vec![part("obedient")]), |_| {}).await.unwrap();
    let first = native.pid("obedient").unwrap();
    kill(Pid::from_raw(first.try_into().unwrap()), Signal::SIGKILL).unwrap();
    let (name, status) = tokio::time::timeout(SOON, native.any_ended()).await.unwrap();
    assert_eq!((name.as_str(), status.code()), ("obedient", None));
    native.start("obedient").await.unwrap();
    assert_ne!(native.pid("obedient").unwrap(), first);
    assert!(native.ended().is_empty());
}

/// Whether the process of a part is stopped by a signal.
fn is_paused(native: &Native, part: &str) -> bool {
    let status = format!("/proc/{}/stat", native.pid(part).unwrap());
    std::fs::read_to_string(status).is_ok_and(|stat| stat.contains(") T "))
}

#[tokio::test]
async fn a_paused_part_can_still_be_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let mut native = Native::up(plan(dir.path(), vec![part("obedient")]), |_| {}).await.unwrap();
    let _paused = native.pause("obedient", SOON * 10).unwrap();
    eventually("the part is paused", || is_paused(&native, "obedient")).await;
    assert!(!native.stop("obedient").await.unwrap().forced);
    let error = native.pause("obedient", SOON).unwrap_err();
    assert_eq!(error.to_string(), "obedient does not run");
}

#[tokio::test]
async fn a_pause_ends_after_its_time() {
    let dir = tempfile::tempdir().unwrap();
    let mut native = Native::up(plan(dir.path(), vec![part("obedient")]), |_| {}).await.unwrap();
    let paused = native.pause("obedient", Duration::from_millis(300)).unwrap();
    eventually("the part is paused", || is_paused(&native, "obedient")).await;
    eventually("the part is resumed", || !is_paused(&native, "obedient")).await;
    drop(paused);
}

#[tokio::test]
async fn a_pause_that_is_given_up_leaves_nothing_paused() {
    let dir = tempfile::tempdir().unwrap();
    let mut native = Native::up(plan(dir.path(), vec![part("obedient")]), |_| {}).await.unwrap();
    let paused = native.pause("obedient", SOON * 10).unwrap();
    eventually("the part is paused", || is_paused(&native, "obedient")).await;
    drop(paused);
    eventually("the part is resumed", || !is_paused(&native, "obedient")).await;
}

#[tokio::test]
async fn a_part_that_runs_is_not_started_twice() {
    let dir = tempfile::tempdir().unwrap();
    let mut native = Native::up(plan(dir.path(), vec![part("obedient")]), |_| {}).await.unwrap();
    let pid = native.pid("obedient");
    native.start("obedient").await.unwrap();
    assert_eq!(native.pid("obedient"), pid);
}

#[tokio::test]
async fn a_file_is_read_written_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let mut native = Native::up(plan(dir.path(), vec![part("obedient")]), |_| {}).await.unwrap();
    assert_eq!(native.read("obedient", "a.json").unwrap(), None);
    native.write("obedient", "a.json", Some("{}")).unwrap();
    assert_eq!(native.read("obedient", "a.json").unwrap().as_deref(), Some("{}"));
    native.write("obedient", "a.json", None).unwrap();
    native.write("obedient", "a.json", None).unwrap();
    assert_eq!(native.read("obedient", "a.json").unwrap(), None);
}

#[tokio::test]
async fn who_sends_stops_before_who_receives() {
    let dir = tempfile::tempdir().unwrap();
    let named = |name: &str, tier| PartPlan { name: name.to_owned(), tier, ..part("obedient") };
    let parts = vec![named("store", 9), named("agent", 1), named("service", 0)];
    let mut native = Native::up(plan(dir.path(), parts), |_| {}).await.unwrap();
    let order: Vec<String> = native.down().await.into_iter().map(|stopped| stopped.part).collect();
    assert_eq!(order, ["service", "agent", "store"]);
}

#[tokio::test]
async fn an_unknown_part_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let mut native = Native::up(plan(dir.path(), vec![]), |_| {}).await.unwrap();
    assert_eq!(native.stop("papyrus").await.unwrap_err().to_string(), "no part `papyrus` in this run");
}

#[tokio::test]
async fn nothing_is_left_of_a_killed_lab() {
    let dir = tempfile::tempdir().unwrap();
    let run_id = plan(dir.path(), vec![]).run_id;
    let lab = part("lab");
    let mut lab = Command::new(lab.program)
        .args(lab.args)
        .envs(lab.env)
        .env("LAB_TEST_DIR", dir.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    eventually("the lab is up", || dir.path().join("is-up").exists()).await;
    assert_eq!(processes(&run_id).len(), 2, "the part and its child");
    lab.kill().unwrap();
    lab.wait().unwrap();
    eventually("every process ends", || processes(&run_id).is_empty()).await;
}

#[tokio::test]
async fn a_supervisor_goes_at_once_after_a_clean_end() {
    let run_id = format!("test-clean-{}", std::process::id());
    let supervisor = Supervisor::start(Path::new(env!("CARGO_BIN_EXE_lab")), &run_id).unwrap();
    let begun = Instant::now();
    supervisor.finish().await.unwrap();
    assert!(begun.elapsed() < SOON / 5, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn redis_says_that_it_is_ready_and_leaves_its_environment_in_sight() {
    let dir = tempfile::tempdir().unwrap();
    let Some(plan) = real_redis::plan(dir.path()).await else { return };
    let run_id = plan.run_id.clone();
    let again = plan.clone();
    let mut native = Native::up(plan, |_| {}).await.unwrap();
    let pid = native.pid("redis").unwrap();
    assert_eq!(processes(&run_id), [pid.to_string()], "the supervisor would not find it");
    let error = Native::up(again, |_| {}).await.unwrap_err();
    let taken = matches!(&error, UpError::PortsTaken(taken) if taken.taken[0].holder.as_ref().unwrap().0 == pid);
    assert!(taken && error.to_string().contains("redis-server --bind 127.0.0.1"), "{error}");
    assert!(native.down().await[0].status.unwrap().success());
}
