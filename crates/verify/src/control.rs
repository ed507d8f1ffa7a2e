//! What can stop, start, pause and reconfigure the parts of a case.

use std::time::Duration;

use anyhow::Result;

use ledger::shutdown_report::ShutdownReport;

/// Brings faults about. Every method except `is_able` and `parts_outlive_the_run` can be given up at any time; the next call
/// takes effect after what was given up.
pub trait Control {
    /// Whether it can bring faults about.
    fn is_able(&self) -> bool;

    /// Whether the parts go on after the run, so that no fault may be left on them.
    fn parts_outlive_the_run(&self) -> bool;

    /// Is told that a step begins.
    fn begins(&mut self, _caption: &str) -> impl Future<Output = Result<()>> {
        std::future::ready(Ok(()))
    }

    /// Stops a part in order (SIGTERM) and waits for its end; a service's shutdown report is returned.
    fn stop(&mut self, part: &str) -> impl Future<Output = Result<Option<ShutdownReport>>>;

    /// Starts a part again and waits until it is ready. A part that runs is left alone.
    fn start(&mut self, part: &str) -> impl Future<Output = Result<()>>;

    /// Kills a part (SIGKILL).
    fn kill(&mut self, part: &str) -> impl Future<Output = Result<()>>;

    /// Pauses a part (SIGSTOP) and returns at once. The part is resumed (SIGCONT) after the duration, or by `resume`.
    fn pause(&mut self, part: &str, duration: Duration) -> impl Future<Output = Result<()>>;

    /// Resumes a part (SIGCONT). A part that is not paused is left alone.
    fn resume(&mut self, part: &str) -> impl Future<Output = Result<()>>;

    /// The text of a file in a part's state directory; none if there is no such file.
    fn read(&mut self, part: &str, file: &str) -> impl Future<Output = Result<Option<String>>>;

    /// Gives a file in a part's state directory another text; a reader finds either the old text or the new one, whole.
    /// Without a text, the file is removed.
    fn write(&mut self, part: &str, file: &str, text: Option<&str>) -> impl Future<Output = Result<()>>;
}
