//! What `/proc` says about the processes of this machine; one that ends while it is read is simply not there.

use std::path::PathBuf;

/// The ids of all processes.
pub(super) fn pids() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// Whether the environment that a process was started with holds `NAME=value`.
pub(super) fn has_variable(pid: u32, variable: &str) -> bool {
    std::fs::read(format!("/proc/{pid}/environ"))
        .is_ok_and(|environment| environment.split(|byte| *byte == 0).any(|entry| entry == variable.as_bytes()))
}

/// The command line of a process.
pub(super) fn command(pid: u32) -> Option<String> {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let words = line.split(|byte| *byte == 0).filter(|word| !word.is_empty());
    let text = words.map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// The process that has a socket open.
pub(super) fn owner(inode: u64) -> Option<u32> {
    let target = PathBuf::from(format!("socket:[{inode}]"));
    pids().into_iter().find(|pid| {
        let open = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        open.into_iter().any(|fd| std::fs::read_link(fd.path()).is_ok_and(|link| link == target))
    })
}

/// The inode of the socket that listens on a port, from `/proc/net/tcp` and `tcp6`.
pub(super) fn listener(port: u16) -> Option<u64> {
    ["/proc/net/tcp", "/proc/net/tcp6"].into_iter().find_map(|table| {
        let table = std::fs::read_to_string(table).ok()?;
        table.lines().skip(1).find_map(|line| listening(line, port))
    })
}

/// The inode of one line of the table, if it is a listener (state 0A) of that port.
fn listening(line: &str, port: u16) -> Option<u64> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (_, local) = fields.get(1)?.rsplit_once(':')?;
    let matches = *fields.get(3)? == "0A" && u16::from_str_radix(local, 16).ok()? == port;
    matches.then(|| fields.get(9)?.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_is_told_from_a_connection() {
        let line = "0: 0100007F:18EB 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1 0 100 0 0 10 0";
        assert_eq!(listening(line, 6379), Some(4711));
        assert_eq!(listening(line, 6380), None);
        assert_eq!(listening(&line.replace(" 0A ", " 01 "), 6379), None);
    }

    #[test]
    fn a_listening_socket_leads_to_its_process() {
        let listener_here = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let inode = listener(listener_here.local_addr().unwrap().port()).unwrap();
        assert_eq!(owner(inode), Some(std::process::id()));
    }

    #[test]
    fn our_own_command_line_is_ours() {
        let ours = std::env::args().next().unwrap();
        assert!(command(std::process::id()).unwrap().starts_with(&ours));
    }
}
