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
use runner::native::{Native, PartError, PartPlan, Plan, RUN_ID, Supervisor, UpError};
use runner::programs::Rejection;
use tokio::signal::unix::{SignalKind, signal};

/// The variable that names the role of this process.
const ROLE: &str = "LAB_TEST_ROLE";

/// Everything here happens within this, or never.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
#[ignore = "run by the other tests, as a process of its own"]
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
            eprintln!("invalid PAPER=\"papyrus\": expected one of vellum, linen");
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
        "lab" => run_as_lab().await,
        _ => {}
    }
}

fn say_ready() {
    let socket = UnixDatagram::unbound().unwrap();
    socket.send_to(b"READY=1", std::env::var_os("NOTIFY_SOCKET").unwrap()).unwrap();
}

/// Starts a supervisor and a part, creates the file `is-up`, and runs until it is killed.
async fn run_as_lab() {
    let dir = std::env::var("LAB_TEST_DIR").unwrap();
    let plan = plan(Path::new(&dir), vec![part("parent")]);
    let _supervisor = Supervisor::start(Path::new(env!("CARGO_BIN_EXE_lab")), &plan.run_id).unwrap();
    let _native = Native::up(plan, |_, _| {}).await.unwrap();
    std::fs::write(Path::new(&dir).join("is-up"), "").unwrap();
    std::future::pending().await
}

/// A part that runs as the role of the same name.
fn part(role: &str) -> PartPlan {
    PartPlan {
        name: role.to_owned(),
        program: std::env::current_exe().unwrap(),
        args: ["role", "--exact", "--ignored", "--nocapture"].map(str::to_owned).into(),
        rejection: Rejection::Indistinct,
        env: BTreeMap::from([(ROLE.to_owned(), role.to_owned()), ("PATH".to_owned(), std::env::var("PATH").unwrap())]),
        files: BTreeMap::new(),
        ports: BTreeMap::new(),
        health_page: None,
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
async fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < SOON, "{what}: not within {SOON:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_part_is_up_when_it_says_so_and_ends_when_it_is_asked() {
    let dir = tempfile::tempdir().unwrap();
    let mut ready = Vec::new();
    let plan = plan(dir.path(), vec![part("obedient")]);
    let mut native = Native::up(plan, |part, _| ready.push(part.to_owned())).await.unwrap();
    assert_eq!(ready, ["obedient"]);
    assert!(native.part("obedient").unwrap().pid().is_some());
    assert!(native.ended().is_empty());
    let stopped = native.down().await;
    assert!(stopped[0].status.unwrap().success() && !stopped[0].forced, "{stopped:?}");
    assert_eq!(native.part("obedient").unwrap().pid(), None);
}

#[tokio::test]
async fn a_part_that_ends_at_its_start_is_reported_with_its_last_lines_and_takes_the_others_along() {
    let dir = tempfile::tempdir().unwrap();
    let plan = plan(dir.path(), vec![part("obedient"), part("broken")]);
    let run_id = plan.run_id.clone();
    let error = Native::up(plan, |_, _| {}).await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, UpError::Part(PartError::Exited { .. })));
    assert!(text.starts_with("`broken` exited before it was ready (exit status: 3); the end of "), "{text}");
    assert!(text.ends_with("\n    reading the configuration\n    no such backend: `papyrus`"), "{text}");
    eventually("the other part ends", || processes(&run_id).is_empty()).await;
}

#[tokio::test]
async fn a_service_that_refuses_its_environment_says_why_and_is_told_from_one_that_breaks() {
    let dir = tempfile::tempdir().unwrap();
    let particular = PartPlan { rejection: Rejection::ExitCode(64), ..part("particular") };
    let error = Native::up(plan(dir.path(), vec![particular]), |_, _| {}).await.unwrap_err();
    assert!(matches!(error, UpError::Part(PartError::Rejected { .. })), "{error}");
    let text = error.to_string();
    assert!(text.starts_with("`particular` rejects its environment:\n"), "{text}");
    assert!(text.ends_with("\n    invalid PAPER=\"papyrus\": expected one of vellum, linen"), "{text}");
    let other = Native::up(plan(dir.path(), vec![part("particular")]), |_, _| {}).await.unwrap_err();
    assert!(matches!(other, UpError::Part(PartError::Exited { .. })), "{other}");
}

#[tokio::test]
async fn a_part_that_is_never_ready_is_given_up() {
    let dir = tempfile::tempdir().unwrap();
    let silent = PartPlan { start_within: Duration::from_millis(300), ..part("silent") };
    let error = Native::up(plan(dir.path(), vec![silent]), |_, _| {}).await.unwrap_err();
    assert!(matches!(&error, UpError::Part(PartError::Late { .. })), "{error}");
    assert!(error.to_string().contains("READY=1 on its NOTIFY_SOCKET"), "{error}");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let absent = PartPlan { program: "/nowhere/redis-server".into(), ..part("obedient") };
    let error = Native::up(plan(dir.path(), vec![absent]), |_, _| {}).await.unwrap_err();
    let text = format!("{:#}", anyhow::Error::from(error));
    assert!(text.starts_with("cannot start `obedient` (/nowhere/redis-server): No such file"), "{text}");
}

#[tokio::test]
async fn a_part_that_does_not_stop_is_killed_and_that_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let stubborn = PartPlan { stop_within: Duration::from_millis(200), ..part("stubborn") };
    let mut native = Native::up(plan(dir.path(), vec![stubborn]), |_, _| {}).await.unwrap();
    let stopped = native.part("stubborn").unwrap().stop().await;
    assert!(stopped.forced && stopped.status.is_some(), "{stopped:?}");
    assert_eq!(native.ended().len(), 1);
}

#[tokio::test]
async fn a_killed_part_is_seen_and_starts_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut native = Native::up(plan(dir.path(), vec![part("obedient")]), |_, _| {}).await.unwrap();
    let first = native.part("obedient").unwrap().pid().unwrap();
    kill(Pid::from_raw(first.try_into().unwrap()), Signal::SIGKILL).unwrap();
    let (name, status) = tokio::time::timeout(SOON, native.any_ended()).await.unwrap();
    assert_eq!((name.as_str(), status.code()), ("obedient", None));
    native.part("obedient").unwrap().start().await.unwrap();
    assert_ne!(native.part("obedient").unwrap().pid().unwrap(), first);
    assert!(native.ended().is_empty());
}

/// Whether the process of a part is stopped by a signal.
fn is_paused(native: &mut Native, part: &str) -> bool {
    let status = format!("/proc/{}/stat", native.part(part).unwrap().pid().unwrap());
    std::fs::read_to_string(status).is_ok_and(|stat| stat.contains(") T "))
}

#[tokio::test]
async fn a_paused_part_can_still_be_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let mut native = Native::up(plan(dir.path(), vec![part("obedient")]), |_, _| {}).await.unwrap();
    let _paused = native.part("obedient").unwrap().pause(SOON * 10).unwrap();
    eventually("the part is paused", || is_paused(&mut native, "obedient")).await;
    assert!(!native.part("obedient").unwrap().stop().await.forced);
    let error = native.part("obedient").unwrap().pause(SOON).unwrap_err();
    assert!(matches!(error, PartError::NotRunning(_)), "{error}");
}

#[tokio::test]
async fn a_pause_ends_after_its_time() {
    let dir = tempfile::tempdir().unwrap();
    let mut native = Native::up(plan(dir.path(), vec![part("obedient")]), |_, _| {}).await.unwrap();
    let paused = native.part("obedient").unwrap().pause(Duration::from_millis(300)).unwrap();
    eventually("the part is paused", || is_paused(&mut native, "obedient")).await;
    eventually("the part is resumed", || !is_paused(&mut native, "obedient")).await;
    drop(paused);
}

#[tokio::test]
async fn a_pause_that_is_given_up_leaves_nothing_paused() {
    let dir = tempfile::tempdir().unwrap();
    let mut native = Native::up(plan(dir.path(), vec![part("obedient")]), |_, _| {}).await.unwrap();
    let paused = native.part("obedient").unwrap().pause(SOON * 10).unwrap();
    eventually("the part is paused", || is_paused(&mut native, "obedient")).await;
    drop(paused);
    eventually("the part is resumed", || !is_paused(&mut native, "obedient")).await;
}

#[tokio::test]
async fn a_part_that_runs_is_not_started_twice() {
    let dir = tempfile::tempdir().unwrap();
    let mut native = Native::up(plan(dir.path(), vec![part("obedient")]), |_, _| {}).await.unwrap();
    let pid = native.part("obedient").unwrap().pid();
    native.part("obedient").unwrap().start().await.unwrap();
    assert_eq!(native.part("obedient").unwrap().pid(), pid);
}

#[tokio::test]
async fn a_file_is_read_written_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let mut native = Native::up(plan(dir.path(), vec![part("obedient")]), |_, _| {}).await.unwrap();
    assert_eq!(native.part("obedient").unwrap().state().read("a.json").unwrap(), None);
    native.part("obedient").unwrap().state().write("a.json", Some("{}")).unwrap();
    assert_eq!(native.part("obedient").unwrap().state().read("a.json").unwrap().as_deref(), Some("{}"));
    native.part("obedient").unwrap().state().write("a.json", None).unwrap();
    native.part("obedient").unwrap().state().write("a.json", None).unwrap();
    assert_eq!(native.part("obedient").unwrap().state().read("a.json").unwrap(), None);
}

#[tokio::test]
async fn who_sends_stops_before_who_receives() {
    let dir = tempfile::tempdir().unwrap();
    let named = |name: &str, tier| PartPlan { name: name.to_owned(), tier, ..part("obedient") };
    let parts = vec![named("store", 9), named("agent", 1), named("service", 0)];
    let mut native = Native::up(plan(dir.path(), parts), |_, _| {}).await.unwrap();
    let order: Vec<String> = native.down().await.into_iter().map(|stopped| stopped.part).collect();
    assert_eq!(order, ["service", "agent", "store"]);
}

#[tokio::test]
async fn an_unknown_part_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let mut native = Native::up(plan(dir.path(), vec![]), |_, _| {}).await.unwrap();
    assert!(matches!(native.part("papyrus"), Err(PartError::Unknown { .. })));
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
    let mut native = Native::up(plan, |_, _| {}).await.unwrap();
    let pid = native.part("redis").unwrap().pid().unwrap();
    assert_eq!(processes(&run_id), [pid.to_string()], "the supervisor would not find it");
    let error = Native::up(again, |_, _| {}).await.unwrap_err();
    let taken = matches!(&error, UpError::PortsTaken(taken) if taken.taken[0].holder.as_ref().unwrap().0 == pid);
    assert!(taken && error.to_string().contains("redis-server --bind 127.0.0.1"), "{error}");
    assert!(native.down().await[0].status.unwrap().success());
}
