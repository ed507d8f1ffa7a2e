//! Faults are undone whatever happens: a failed step, a failed stop, an interruption, the end of the session.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::disallowed_methods, reason = "the server of the tests reads the path of a request")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Result, bail};
use scenario::topology::Topology;
use scenario::{Case, Scenario};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use verify::control::Operation;
use verify::fault_kind::FaultKind;
use verify::session::NotReady;
use verify::{Control, Finding, Problem, Report, Session, SignificanceLevel, StepResult, StepVerdict};

/// The deadline of the checks: every wait in them is a part of it.
const DEADLINE: Duration = Duration::from_secs(3);

/// A control without parts: it records the requests, and fails or hangs at one of the requests.
#[derive(Debug, Default)]
struct Recorder {
    requests: Arc<Mutex<Vec<String>>>,
    files: BTreeMap<String, String>,
    fails_at: Option<&'static str>,
    hangs_at: Option<&'static str>,
    ends_with_the_run: bool,
    /// What a start sets, so that a part is slow to start.
    slow: Option<Arc<AtomicUsize>>,
}

impl Recorder {
    async fn record(&self, what: String) -> Result<()> {
        self.requests.lock().unwrap().push(what.clone());
        if self.hangs_at == Some(&what) {
            std::future::pending().await
        }
        if self.fails_at == Some(&what) { bail!("{what}: no") } else { Ok(()) }
    }

    /// The requests so far.
    fn log(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Control for Recorder {
    fn parts_outlive_the_run(&self) -> bool {
        !self.ends_with_the_run
    }

    async fn perform(&mut self, part: &str, operation: &Operation) -> Result<Option<String>> {
        let what = match operation {
            Operation::Read { file } => return Ok(self.files.get(file).cloned()),
            Operation::Write { file, text } => {
                match text.clone() {
                    Some(text) => self.files.insert(file.clone(), text),
                    None => self.files.remove(file),
                };
                format!("write {part} {file} {text:?}")
            }
            Operation::Stop => format!("stop {part}"),
            Operation::Start => {
                self.slow.iter().for_each(|refused| refused.store(8, Ordering::SeqCst));
                format!("start {part}")
            }
            Operation::Kill => format!("kill {part}"),
            Operation::Pause { .. } => format!("pause {part}"),
            Operation::Resume => format!("resume {part}"),
        };
        self.record(what).await.map(|()| None)
    }
}

/// A store without traces, which also acts as items. It never answers a request to `/slow`, and counts those that are open.
struct Server {
    port: u16,
    /// How many connections the server closes before it answers again.
    refused: Arc<AtomicUsize>,
    open: watch::Receiver<usize>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (count, open) = watch::channel(0);
        let (count, refused) = (Arc::new(count), Arc::new(AtomicUsize::new(0)));
        let refuses = Arc::clone(&refused);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if refuses.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                    continue;
                }
                tokio::spawn(answer(stream, Arc::clone(&count)));
            }
        });
        Self { port, refused, open }
    }
}

async fn answer(mut stream: TcpStream, slow: Arc<watch::Sender<usize>>) {
    let mut request = vec![0; 4096];
    let read = stream.read(&mut request).await.unwrap_or_default();
    let request = String::from_utf8_lossy(&request[..read]).into_owned();
    if request.starts_with("GET /slow") {
        slow.send_modify(|open| *open += 1);
        // Until the client gives up.
        let _ = stream.read(&mut [0]).await;
        slow.send_modify(|open| *open -= 1);
    } else {
        let body = match () {
            () if request.starts_with("GET /metrics") => "",
            () if request.starts_with("GET /spans") => r#"{"instance":"one","ended":0}"#,
            () => r#"{"services":[]}"#,
        };
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
    }
}

/// The case with these steps, and the topology in which the server is the store and items; nothing listens for users.
fn case(steps: &str, server: &Server) -> (Case, Topology) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let port = server.port.to_string();
    let variables = ["LAB_JAEGER_QUERY", "LAB_ITEMS_HTTP", "LAB_ITEMS_ADMIN"];
    let located = |name: &str| match name {
        "LAB_USERS_HTTP" => Some("1".to_owned()),
        name => variables.contains(&name).then(|| port.clone()),
    };
    let topology = Topology::load_located(&root, 0, located).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let head =
        "title = \"t\"\nsummary = \"t\"\nexport = \"jaeger\"\n[nodes]\napp = [\"items\", \"users\", \"jaeger\"]\n";
    std::fs::write(folder.path().join("scenario.toml"), format!("{head}{steps}")).unwrap();
    let scenario = Scenario::load(&root, folder.path(), &topology).unwrap();
    // Without parts, there are no counters to be read.
    (Case { parts: Vec::new(), ..scenario.plain }, topology)
}

/// Checks steps under a control.
async fn check(steps: &str, control: &mut Recorder) -> Report {
    let server = Server::start().await;
    let (case, topology) = case(steps, &server);
    let session = Session::open(&case, &topology, Some(control), &|_| {}, DEADLINE, SignificanceLevel::EACH).await;
    let found = session.unwrap().check().await.unwrap();
    assert_eq!((found.ledger.is_some(), &found.findings[..], *server.open.borrow()), (true, &[][..], 0));
    found
}

fn verdicts(steps: &[StepResult]) -> Vec<StepVerdict> {
    steps.iter().map(|step| step.verdict).collect()
}

#[tokio::test]
async fn a_step_that_fails_leaves_nothing_stopped_paused_or_changed() {
    let steps = r#"
        [[step]]
        caption = "nothing listens for users"
        get = "users /user"
        stopped = ["items"]
        write = { part = "jaeger", file = "a.json", text = "new" }
        pause = { part = "users", ms = 60000 }
        [[step]]
        caption = "items answers"
        get = "items /data"
    "#;
    let mut control = Recorder { files: [("a.json".to_owned(), "old".to_owned())].into(), ..Recorder::default() };
    let found = check(steps, &mut control).await;
    assert_eq!(verdicts(&found.steps), [StepVerdict::Failed, StepVerdict::Passed]);
    assert!(
        matches!(&found.steps[0].findings[..], [Finding { problem: Problem::StepFailed { .. }, .. }]),
        "{:?}",
        found.steps[0]
    );
    let done = ["write jaeger a.json Some(\"new\")", "stop items", "pause users"];
    let undone = ["start items", "resume users", "write jaeger a.json Some(\"old\")"];
    assert_eq!(control.log(), [done, undone].concat());
}

#[tokio::test]
async fn a_stop_that_fails_is_undone_with_those_before_it_and_what_cannot_be_undone_is_told_beside_it() {
    let steps = "[[step]]\ncaption = \"a\"\nget = \"items /data\"\nstopped = [\"items\", \"users\"]\n";
    let mut control = Recorder { fails_at: Some("stop users"), ..Recorder::default() };
    let found = check(steps, &mut control).await;
    assert_eq!(control.log(), ["stop items", "stop users", "start users", "start items"]);
    assert!(
        matches!(&found.steps[0].findings[..], [Finding { problem: Problem::StepFailed { error }, .. }] if error == "stop users: no")
    );

    let mut control = Recorder { fails_at: Some("start users"), ..Recorder::default() };
    let found = check(&steps.replace("items /data", "users /user"), &mut control).await;
    let [Finding { problem: Problem::StepFailed { .. }, .. }, not_undone] = &found.steps[0].findings[..] else {
        panic!("{found:?}")
    };
    let (part, error) = ("users".to_owned(), "start users: no".to_owned());
    assert_eq!(not_undone, &Problem::NotUndone { part, fault: FaultKind::Stopped, error }.into());
    // It is tried again at the end.
    assert_eq!(control.log()[2..], ["start users", "start items", "start users"]);
    assert_eq!(found.steps.last().unwrap().caption, "every fault is undone");
}

#[tokio::test]
async fn parts_that_do_not_respond_are_not_ready() {
    let server = Server::start().await;
    let (case, topology) = case("[[step]]\ncaption = \"a\"\nget = \"items /data\"\n", &server);
    let case = Case { parts: vec!["agent".to_owned()], export: "agent".to_owned(), ..case };
    let control = None::<&mut Recorder>;
    let opened = Session::open(&case, &topology, control, &|_| {}, DEADLINE, SignificanceLevel::EACH).await;
    assert!(opened.map(drop).unwrap_err().is::<NotReady>());
}

#[tokio::test]
async fn a_part_that_starts_slowly_refutes_nothing() {
    let server = Server::start().await;
    let (case, topology) = case("[[step]]\ncaption = \"a\"\nget = \"items /data\"\nstopped = [\"items\"]\n", &server);
    let case = Case { parts: vec!["items".to_owned()], ..case };
    let mut control = Recorder { slow: Some(Arc::clone(&server.refused)), ..Recorder::default() };
    let session = Session::open(&case, &topology, Some(&mut control), &|_| {}, DEADLINE, SignificanceLevel::EACH).await;
    let found = session.unwrap().check().await.unwrap();
    assert_eq!(server.refused.load(Ordering::SeqCst), 0);
    assert_eq!((verdicts(&found.steps), &found.findings[..]), (vec![StepVerdict::Passed], &[][..]), "{found:?}");
}

#[tokio::test]
async fn what_outlasts_a_step_is_undone_at_the_end_where_the_parts_go_on_after_the_run() {
    let steps = r#"
        [[step]]
        caption = "a"
        get = "items /data"
        kill = ["users"]
        write = { part = "jaeger", file = "a.json", text = "one" }
        [[step]]
        caption = "b"
        get = "items /data"
        write = { part = "jaeger", file = "a.json", text = "two" }
    "#;
    let done = ["write jaeger a.json Some(\"one\")", "kill users", "write jaeger a.json Some(\"two\")"];
    let mut control = Recorder::default();
    let found = check(steps, &mut control).await;
    assert_eq!(verdicts(&found.steps), [StepVerdict::Passed, StepVerdict::Passed]);
    let undone = ["write jaeger a.json Some(\"one\")", "start users", "write jaeger a.json None"];
    assert_eq!(control.log(), [done, undone].concat());
    let mut control = Recorder { ends_with_the_run: true, ..Recorder::default() };
    check(steps, &mut control).await;
    assert_eq!(control.log(), done);
}

#[tokio::test]
async fn a_check_that_is_interrupted_in_a_stop_starts_the_part_again() {
    let server = Server::start().await;
    let (case, topology) = case("[[step]]\ncaption = \"a\"\nget = \"items /data\"\nstopped = [\"users\"]\n", &server);
    let mut control = Recorder { hangs_at: Some("stop users"), ..Recorder::default() };
    let requests = Arc::clone(&control.requests);
    let session = Session::open(&case, &topology, Some(&mut control), &|_| {}, DEADLINE, SignificanceLevel::EACH).await;
    let mut session = session.unwrap();
    let interrupted = async {
        while requests.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = session.check() => panic!("the stop hangs"),
        () = interrupted => {}
    }
    assert_eq!(session.undo_faults().await, []);
    assert_eq!(control.log(), ["stop users", "start users"]);
}

#[tokio::test]
async fn a_request_does_not_outlive_a_step_whose_termination_fails() {
    let server = Server::start().await;
    // Its page shows no request, so it is never seen to be under way.
    let (case, topology) = case("[[step]]\ncaption = \"a\"\nget = \"items /slow\"\nterminate = \"items\"\n", &server);
    let mut control = Recorder::default();
    let session = Session::open(&case, &topology, Some(&mut control), &|_| {}, DEADLINE, SignificanceLevel::EACH).await;
    let (mut session, mut begun, mut open) = (session.unwrap(), server.open.clone(), server.open.clone());
    // The value that it waits for is locked until it is dropped.
    let begun = async { begun.wait_for(|open| *open == 1).await.is_ok() };
    let begun = tokio::time::timeout(DEADLINE, begun);
    let (found, begun) = tokio::join!(session.check(), begun);
    let found = found.unwrap();
    assert_eq!(verdicts(&found.steps), [StepVerdict::Failed]);
    assert!(begun.is_ok(), "no request was sent: {:?}", found.steps);
    let ended = tokio::time::timeout(DEADLINE / 2, open.wait_for(|open| *open == 0)).await;
    assert!(ended.is_ok(), "the request is still open");
}
