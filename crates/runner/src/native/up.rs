//! The parts of a run together: all started at once, stopped from the senders to the stores.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::{MissedTickBehavior, interval};

use super::log;
use super::part::{Part, PartError, Stopped};
use super::paused::Paused;
use super::plan::Plan;
use super::ports::{self, PortsTaken};

/// How often the parts are looked at while nothing else is done.
const WATCH: Duration = Duration::from_millis(100);

/// What happens while the parts start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A part has been started.
    Starting(String),
    /// A part is ready, after so long.
    Ready(String, Duration),
}

/// Why the parts are not up.
#[derive(Debug, thiserror::Error)]
pub enum UpError {
    /// A port is taken: the environment is not ready.
    #[error(transparent)]
    PortsTaken(#[from] PortsTaken),
    /// The run's folder cannot be written.
    #[error("{}: {source}", dir.display())]
    Directory {
        /// The folder.
        dir: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no HTTP client to ask health pages with.
    #[error("no HTTP client: {0}")]
    Http(#[from] reqwest::Error),
    /// A part did not become ready.
    #[error(transparent)]
    Part(#[from] PartError),
}

/// Parts that are running. Dropping it kills them.
#[derive(Debug)]
pub struct Native {
    dir: PathBuf,
    parts: Vec<Part>,
    http: reqwest::Client,
}

impl Native {
    /// Starts every part of the plan and waits until all are ready. Giving the future up kills what it had started.
    ///
    /// # Errors
    /// When a port is taken or a part does not become ready; nothing is left running then.
    pub async fn up(plan: Plan, mut on_event: impl FnMut(Event)) -> Result<Self, UpError> {
        ports::check(&plan)?;
        std::fs::create_dir_all(&plan.dir).map_err(|source| UpError::Directory { dir: plan.dir.clone(), source })?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        let mut native = Self { parts: parts(&plan), dir: plan.dir, http };
        // All before the first is started: a refusal leaves nothing to be stopped.
        try_join_all(native.parts.iter().map(Part::validate)).await?;
        let http = &native.http;
        let mut starting: FuturesUnordered<_> = native
            .parts
            .iter_mut()
            .map(|part| {
                on_event(Event::Starting(part.plan.name.clone()));
                async { (part.plan.name.clone(), part.start(http).await) }
            })
            .collect();
        while let Some((part, started)) = starting.next().await {
            on_event(Event::Ready(part, started?));
        }
        drop(starting);
        Ok(native)
    }

    /// The run's folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The names of the parts.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|part| part.plan.name.as_str())
    }

    /// Starts a part again and waits until it is ready; one that runs is left alone.
    ///
    /// # Errors
    /// When it is unknown or does not become ready.
    pub async fn start(&mut self, part: &str) -> Result<Duration, PartError> {
        let http = self.http.clone();
        self.part(part)?.start(&http).await
    }

    /// Stops a part: SIGTERM, and SIGKILL when it does not end in time.
    ///
    /// # Errors
    /// When it is unknown.
    pub async fn stop(&mut self, part: &str) -> Result<Stopped, PartError> {
        Ok(self.part(part)?.stop().await)
    }

    /// Kills a part: SIGKILL.
    ///
    /// # Errors
    /// When it is unknown.
    pub async fn kill(&mut self, part: &str) -> Result<Stopped, PartError> {
        Ok(self.part(part)?.kill().await)
    }

    /// The text of a file in a part's state directory; none if there is no such file.
    ///
    /// # Errors
    /// When the part is unknown, or the file cannot be read.
    pub fn read(&mut self, part: &str, file: &str) -> io::Result<Option<String>> {
        self.part(part).map_err(io::Error::other)?.read(file)
    }

    /// Gives a file in a part's state directory another text, or removes the file.
    ///
    /// # Errors
    /// When the part is unknown, or the file cannot be written.
    pub fn write(&mut self, part: &str, file: &str, text: Option<&str>) -> io::Result<()> {
        self.part(part).map_err(io::Error::other)?.write(file, text)
    }

    /// Pauses a part (SIGSTOP) until the time is over or the guard is dropped.
    ///
    /// # Errors
    /// When it is unknown or does not run.
    pub fn pause(&mut self, part: &str, duration: Duration) -> Result<Paused, PartError> {
        self.part(part)?.pause(duration)
    }

    /// Stops all, who sends before who receives, so that nothing in flight is lost.
    pub async fn down(&mut self) -> Vec<Stopped> {
        let mut tiers: Vec<u8> = self.parts.iter().map(|part| part.plan.tier).collect();
        tiers.sort_unstable();
        tiers.dedup();
        let mut stopped = Vec::new();
        for tier in tiers {
            let of_tier = self.parts.iter_mut().filter(|part| part.plan.tier == tier);
            stopped.extend(join_all(of_tier.map(Part::stop)).await);
        }
        stopped
    }

    /// The parts that do not run any more, and how they ended.
    pub fn ended(&mut self) -> Vec<(String, ExitStatus)> {
        self.parts.iter_mut().filter_map(|part| Some((part.plan.name.clone(), part.ended()?))).collect()
    }

    /// Returns once a part has ended; for someone who only waits.
    pub async fn any_ended(&mut self) -> (String, ExitStatus) {
        let mut ticks = interval(WATCH);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Some(ended) = self.ended().into_iter().next() {
                return ended;
            }
        }
    }

    /// The process id of a part, if it runs.
    #[must_use]
    pub fn pid(&self, part: &str) -> Option<u32> {
        self.parts.iter().find(|known| known.plan.name == part)?.pid()
    }

    /// The last lines that a part wrote, over all its starts.
    #[must_use]
    pub fn log_tail(&self, part: &str, lines: usize) -> Vec<String> {
        let part = self.parts.iter().find(|known| known.plan.name == part);
        part.map(|part| log::tail(&part.log(), lines)).unwrap_or_default()
    }

    fn part(&mut self, name: &str) -> Result<&mut Part, PartError> {
        let part = self.parts.iter_mut().find(|part| part.plan.name == name);
        part.ok_or_else(|| PartError::Unknown(name.to_owned()))
    }
}

fn parts(plan: &Plan) -> Vec<Part> {
    plan.parts.iter().map(|part| Part::new(plan, part.clone())).collect()
}
