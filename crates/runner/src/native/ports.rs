//! Ports that a plan needs and that are in use: by which process, and which offset would be free.

use std::collections::BTreeMap;
use std::fmt;
use std::net::TcpListener;

use super::plan::Plan;
use super::proc_fs;

/// The offsets that are tried, in steps of 100.
const OFFSETS: std::ops::RangeInclusive<u16> = 100..=9000;

/// At most this many characters of a command line are shown.
const COMMAND: usize = 60;

/// A process ID and its command line; none for a process of another user.
type Holder = Option<(u32, String)>;

/// One port that is in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The part that needs it.
    pub part: String,
    /// The port's name.
    pub name: String,
    /// Its number.
    pub port: u16,
    /// The process that uses it.
    pub holder: Holder,
}

/// The ports of a plan that are in use, and an offset at which all would be free.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PortsTaken {
    /// The ports.
    pub taken: Vec<Taken>,
    /// A value for `--port-offset`.
    pub free_offset: Option<u16>,
}

impl fmt::Display for PortsTaken {
    /// A line for each process that uses ports, then what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut holders: BTreeMap<&Holder, Vec<String>> = BTreeMap::new();
        for Taken { part, name, port, holder } in &self.taken {
            holders.entry(holder).or_default().push(format!("{port} ({part} {name})"));
        }
        let is_one = holders.len() == 1;
        for (holder, ports) in holders {
            let (noun, verb) = if ports.len() == 1 { ("port", "is") } else { ("ports", "are") };
            write!(f, "{noun} {} {verb} in use by ", ports.join(", "))?;
            match holder {
                Some((pid, command)) => writeln!(f, "`{}` (pid {pid})", shortened(command))?,
                None => writeln!(f, "a process of another user")?,
            }
        }
        let processes = if is_one { "this process (another lab run?)" } else { "these processes (other lab runs?)" };
        match self.free_offset {
            Some(offset) => write!(f, "stop {processes}, or use --port-offset {offset}"),
            None => write!(f, "stop {processes}; no port offset from {} to {} is free", OFFSETS.start(), OFFSETS.end()),
        }
    }
}

/// The beginning of a command line, without the folder of its program.
fn shortened(command: &str) -> String {
    let (program, arguments) = command.split_once(' ').unwrap_or((command, ""));
    let name = program.rsplit('/').next().unwrap_or(program);
    let line = format!("{name} {arguments}");
    let short: String = line.trim_end().chars().take(COMMAND).collect();
    if short.len() < line.trim_end().len() { format!("{short}…") } else { short }
}

/// Checks that every port of a plan can be bound.
///
/// # Errors
/// When one cannot: with the process that uses it, and an offset to use instead.
pub fn check(plan: &Plan) -> Result<(), PortsTaken> {
    // Another process may bind the port later. The part then fails to start, and reports it.
    check_with(plan, |port| TcpListener::bind((plan.listen.as_str(), port)).is_ok())
}

fn check_with(plan: &Plan, is_free: impl Fn(u16) -> bool) -> Result<(), PortsTaken> {
    let ports = plan.parts.iter().flat_map(|part| part.ports.iter().map(|(name, port)| (&part.name, name, *port)));
    let ports = ports.filter(|(.., port)| !is_free(*port));
    let taken = |(part, name, port): (&String, &String, u16)| {
        let holder = proc_fs::listener(port).and_then(proc_fs::owner);
        Taken { part: part.clone(), name: name.clone(), port, holder }
    };
    let taken: Vec<Taken> = ports.map(taken).collect();
    if taken.is_empty() { Ok(()) } else { Err(PortsTaken { taken, free_offset: free_offset(plan, is_free) }) }
}

/// The multiple of a hundred nearest to the plan's own offset at which every port of it is free.
fn free_offset(plan: &Plan, is_free: impl Fn(u16) -> bool) -> Option<u16> {
    let bases: Vec<u16> =
        plan.parts.iter().flat_map(|part| part.ports.values()).map(|port| port - plan.offset).collect();
    let mut offsets: Vec<u16> = OFFSETS.step_by(100).collect();
    offsets.sort_by_key(|offset| (offset.abs_diff(plan.offset), offset < &plan.offset));
    offsets.into_iter().find(|offset| {
        *offset != plan.offset && bases.iter().all(|base| base.checked_add(*offset).is_some_and(&is_free))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::native::plan::{PartPlan, START_WITHIN, STOP_WITHIN};
    use crate::programs::Rejection;

    fn plan(port: u16) -> Plan {
        let part = PartPlan {
            name: "redis".to_owned(),
            program: "redis-server".into(),
            args: Vec::new(),
            rejection: Rejection::Indistinct,
            env: Default::default(),
            files: [].into(),
            ports: [("tcp".to_owned(), port)].into(),
            health_page: None,
            start_within: START_WITHIN,
            stop_within: STOP_WITHIN,
            tier: 0,
        };
        Plan { run_id: "r".to_owned(), dir: "/".into(), listen: "127.0.0.1".to_owned(), offset: 0, parts: vec![part] }
    }

    #[test]
    fn a_port_in_use_is_reported_with_its_process_and_a_free_offset() {
        let holder = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = holder.local_addr().unwrap().port();
        let error = check(&plan(port)).unwrap_err();
        let (pid, command) = error.taken[0].holder.clone().unwrap();
        assert_eq!(pid, std::process::id());
        let offset = error.free_offset.unwrap();
        assert_eq!(
            error.to_string(),
            format!(
                "port {port} (redis tcp) is in use by `{}` (pid {pid})\n\
                 stop this process (another lab run?), or use --port-offset {offset}",
                shortened(&command)
            )
        );
    }

    #[test]
    fn the_offset_to_use_instead_is_the_nearest_at_which_every_port_is_free() {
        let at_5000 = Plan { offset: 5000, ..plan(6379) };
        let offset = |free: &[u16]| check_with(&at_5000, |port| free.contains(&port)).unwrap_err().free_offset;
        assert_eq!(offset(&[6379 - 300, 6379 + 200, 6379 + 900]), Some(5200));
        assert_eq!(offset(&[6379 - 200, 6379 + 200]), Some(5200));
        assert_eq!(offset(&[6379 + 250]), None);
    }

    #[test]
    fn the_ports_of_one_process_are_on_one_line() {
        let taken = |name: &str, port| Taken {
            part: "items".to_owned(),
            name: name.to_owned(),
            port,
            holder: Some((7, "x".repeat(COMMAND + 1))),
        };
        let error = PortsTaken { taken: vec![taken("http", 1), taken("admin", 2)], free_offset: None };
        let command = "x".repeat(COMMAND);
        let line = format!("ports 1 (items http), 2 (items admin) are in use by `{command}…` (pid 7)");
        assert_eq!(error.to_string().lines().next(), Some(line.as_str()));
    }

    #[test]
    fn free_ports_pass() {
        check_with(&plan(6379), |port| port == 6379).unwrap();
        // The kernel binds port 0 to one that is free.
        check(&plan(0)).unwrap();
    }
}
