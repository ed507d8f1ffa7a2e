//! Every error message of this crate, as `lab` prints it: with its causes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use runner::native::{LogTail, PartError, PortsTaken, Taken, UpError};
use runner::programs::PlanError;
use runner::setup::SetupError;
use scenario::topology::UnknownAddress;

/// The lines `Variant: message`.
fn listed<E: Error + 'static>(errors: &[E], variant: impl Fn(&E) -> &'static str) -> String {
    let mut text = String::new();
    for error in errors {
        write!(text, "{}: {error}", variant(error)).unwrap();
        let mut cause = error.source();
        while let Some(error) = cause {
            write!(text, ": {error}").unwrap();
            cause = error.source();
        }
        text.push('\n');
    }
    text
}

fn not_found() -> io::Error {
    io::Error::from_raw_os_error(2)
}

fn log(part: &str, lines: &[&str]) -> LogTail {
    let log = PathBuf::from(format!("/lab/target/lab/scenario1-1/{part}.log"));
    LogTail { log, lines: lines.iter().map(|line| (*line).to_owned()).collect() }
}

fn unknown_address() -> UnknownAddress {
    UnknownAddress::Port("redis".to_owned(), "admin".to_owned(), "tcp".to_owned())
}

#[test]
fn part_errors() {
    let part = || "gateway".to_owned();
    let exit = |code: i32| ExitStatus::from_raw(code << 8);
    let errors = [
        PartError::NotStarted { part: part(), program: "/usr/bin/otelcol".into(), source: not_found() },
        PartError::Rejected {
            part: part(),
            what: "configuration (/lab/collector/gateway.yaml, /lab/collector/rotten.yaml)".to_owned(),
            output: vec!["Error: invalid configuration: no exporters".to_owned()],
        },
        PartError::Rejected {
            part: "users".to_owned(),
            what: "environment".to_owned(),
            output: vec!["invalid LAB_USERS_HTTP=\"70000\"".to_owned()],
        },
        PartError::Exited {
            part: part(),
            status: exit(1),
            tail: log("gateway", &["Starting", "Error: cannot start pipelines"]),
            is_config_error: true,
        },
        PartError::Exited {
            part: part(),
            status: ExitStatus::from_raw(9),
            tail: log("gateway", &[]),
            is_config_error: false,
        },
        PartError::Late {
            part: part(),
            sign: "status 200 from http://127.0.0.1:13133/".to_owned(),
            within: Duration::from_secs(30),
            tail: log("gateway", &["Starting"]),
        },
        PartError::NotRunning(part()),
        PartError::Unknown { part: part(), known: vec!["items".to_owned(), "users".to_owned()] },
    ];
    let variant = |error: &PartError| match error {
        PartError::NotStarted { .. } => "NotStarted",
        PartError::Rejected { .. } => "Rejected",
        PartError::Exited { .. } => "Exited",
        PartError::Late { .. } => "Late",
        PartError::NotRunning(_) => "NotRunning",
        PartError::Unknown { .. } => "Unknown",
    };
    insta::assert_snapshot!(listed(&errors, variant));
}

#[test]
fn up_errors() {
    let taken = |name: &str, port, holder: Option<(u32, &str)>| Taken {
        part: "items".to_owned(),
        name: name.to_owned(),
        port,
        holder: holder.map(|(pid, command)| (pid, command.to_owned())),
    };
    let lab = Some((4711, "/lab/target/debug/items --serve"));
    let one = PortsTaken { taken: vec![taken("http", 8002, lab)], free_offset: Some(100) };
    let several = vec![taken("http", 8002, lab), taken("admin", 9466, lab), taken("debug", 9999, None)];
    let several = PortsTaken { taken: several, free_offset: None };
    let errors = [
        UpError::PortsTaken(one),
        UpError::PortsTaken(several),
        UpError::Http(reqwest::Client::new().get("no URL").build().unwrap_err()),
        UpError::Part(PartError::NotRunning("items".to_owned())),
    ];
    let variant = |error: &UpError| match error {
        UpError::PortsTaken(_) => "PortsTaken",
        UpError::Http(_) => "Http",
        UpError::Part(_) => "Part",
    };
    insta::assert_snapshot!(listed(&errors, variant));
}

#[test]
fn plan_errors() {
    let errors = [
        PlanError::Address(unknown_address()),
        PlanError::Program("items".to_owned()),
        PlanError::File { file: "/lab/target/lab/scenario1-1/prometheus.yml".into(), source: not_found() },
    ];
    let variant = |error: &PlanError| match error {
        PlanError::Address(_) => "Address",
        PlanError::Program(_) => "Program",
        PlanError::File { .. } => "File",
    };
    insta::assert_snapshot!(listed(&errors, variant));
}

#[test]
fn setup_errors() {
    let errors = [
        SetupError::File { path: "/cache/tools".into(), source: not_found() },
        SetupError::Busy { holder: "12732".to_owned(), waited: Duration::from_secs(3600) },
        SetupError::Missing {
            name: "Jaeger".to_owned(),
            why: "not on PATH, and setup needs `go`".to_owned(),
            instruction: "install Go 1.26 or later (https://go.dev/dl), or put `jaeger` on PATH".to_owned(),
        },
        SetupError::Command {
            name: "Jaeger",
            command: "go build -v".to_owned(),
            how: "exit status: 1".to_owned(),
            tail: Box::new(log("jaeger", &["$ go build -v", "go.mod: checksum mismatch"])),
            instruction: "if the build cannot succeed here, put `jaeger` on PATH".to_owned(),
        },
    ];
    let variant = |error: &SetupError| match error {
        SetupError::File { .. } => "File",
        SetupError::Busy { .. } => "Busy",
        SetupError::Missing { .. } => "Missing",
        SetupError::Command { .. } => "Command",
    };
    insta::assert_snapshot!(listed(&errors, variant));
}
