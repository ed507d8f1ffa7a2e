//! A scenario file turned into a [`Scenario`]: names checked against the topology, expectations parsed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::path::{Path, PathBuf};

use toml::Spanned;
use trace_assert::Expectation;

use super::find::id;
use super::secret::{self, Secret};
use super::step::{Action, Check, Fate, Get, Place, Say, Step, Write};
use super::variables::Known;
use super::{
    Absent, Amount, Background, Environment, ExpectedFailure, Files, Layers, Metric, Removes, Scenario, Variant, file,
    placement,
};
use crate::document::{self, DocumentError};
use crate::topology::{Role, Topology};

/// The key under which the environment of every service stands.
pub const SERVICES: &str = "services";

impl Scenario {
    /// Reads a scenario's folder.
    ///
    /// # Errors
    /// When the file says something unknown: the error names file, line and key.
    pub fn load(root: &Path, folder: &Path, topology: &Topology) -> Result<Self, DocumentError> {
        let path = folder.join("scenario.toml");
        let text = document::text(&path)?;
        let file: file::File = document::parse(&path, &text)?;
        let present = file.nodes.values().flatten().map(|part| part.get_ref().clone()).collect();
        let known = Known::of(&file, topology, |name| layer_path(root, folder, name));
        Loader { path: &path, text: &text, root, folder, topology, present, known }.scenario(file)
    }
}

struct Loader<'a> {
    path: &'a Path,
    text: &'a str,
    root: &'a Path,
    folder: &'a Path,
    topology: &'a Topology,
    /// The parts of `[nodes]`: no other takes part.
    present: BTreeSet<String>,
    /// The variables that they read.
    known: Known<'a>,
}

/// `agent.yaml` is one of `collector/`, `./mine.yaml` the scenario's own, in its folder.
fn layer_path(root: &Path, folder: &Path, name: &str) -> PathBuf {
    name.strip_prefix("./").map_or_else(|| root.join("collector").join(name), |own| folder.join(own))
}

impl Loader<'_> {
    fn scenario(&self, file: file::File) -> Result<Scenario, DocumentError> {
        // First, because every other part must be one of these.
        let nodes = self.nodes(&file.nodes)?;
        let mut scenario = Scenario {
            id: id(self.folder),
            folder: self.folder.to_owned(),
            title: file.title,
            teaches: file.teaches,
            export: self.export(&file.export)?,
            nodes,
            layers: self.layers(&file.layers)?,
            environment: self.environment(file.environment)?,
            files: self.files(file.files)?,
            steps: self.steps(file.steps)?,
            background: self.backgrounds(file.background)?,
            absent: file.absent.into_iter().map(|one| self.absent(one)).collect::<Result<_, _>>()?,
            metrics: self.metrics(file.metrics)?,
            secrets: Vec::new(),
            variants: Vec::new(),
        };
        // Last, because a variant may be the scenario with something taken out.
        self.different(&file.variants)?;
        scenario.variants =
            file.variants.into_iter().map(|one| self.variant(&scenario, one)).collect::<Result<_, _>>()?;
        let all: Vec<&Step> =
            scenario.steps.iter().chain(scenario.variants.iter().flat_map(|one| &one.steps)).collect();
        scenario.secrets = file.secrets.into_iter().map(|one| self.secret(one, &all)).collect::<Result<_, _>>()?;
        Ok(scenario)
    }

    /// No two variants have one name.
    fn different(&self, variants: &[file::Variant]) -> Result<(), DocumentError> {
        let mut names = BTreeSet::new();
        match variants.iter().find(|variant| !names.insert(variant.name.get_ref())) {
            None => Ok(()),
            Some(file::Variant { name, .. }) => {
                Err(self.wrong(name.span().start, format!("two variants are called `{}`", name.get_ref())))
            }
        }
    }

    fn variant(&self, scenario: &Scenario, file: file::Variant) -> Result<Variant, DocumentError> {
        let (at, removes) = file.removes.map(|removes| (removes.span().start, removes.into_inner())).unzip();
        let mut variant = Variant {
            name: file.name.into_inner(),
            caption: file.caption,
            environment: self.environment(file.environment)?,
            layers: self.layers(&file.layers)?,
            files: self.files(file.files)?,
            steps: self.steps(file.steps)?,
            background: self.backgrounds(file.background)?,
            metrics: self.metrics(file.metrics)?,
            removes: removes.map(|removes| Removes { scope: removes.scope, covers: removes.covers }),
            expected_failure: file.expect_failure.map(|failure| self.expected_failure(failure)).transpose()?,
        };
        if let Some(at) = at {
            variant.derive(scenario).map_err(|message| self.wrong(at, format!("`removes`: {message}")))?;
        }
        Ok(variant)
    }

    fn expected_failure(&self, file: file::ExpectedFailure) -> Result<ExpectedFailure, DocumentError> {
        let rejected_by = file.rejected_by.map(|part| self.part("rejected_by", &part)).transpose()?;
        let regexes = file.output_matches.into_iter().map(|regex| self.regex("output_matches", regex));
        Ok(ExpectedFailure {
            exit: file.exit,
            findings: file.findings.iter().map(json).collect(),
            passed: file.passed,
            ledger: file.ledger.as_ref().map(json),
            output_matches: regexes.collect::<Result<_, _>>()?,
            rejected_by,
        })
    }

    fn regex(&self, key: &str, regex: Spanned<String>) -> Result<String, DocumentError> {
        let wrong = |error| self.wrong(regex.span().start, format!("`{key}`: {error}"));
        regex::Regex::new(regex.get_ref()).map_err(wrong)?;
        Ok(regex.into_inner())
    }

    fn steps(&self, files: Vec<Spanned<file::Step>>) -> Result<Vec<Step>, DocumentError> {
        files.into_iter().map(|file| self.step(file)).collect()
    }

    fn step(&self, file: Spanned<file::Step>) -> Result<Step, DocumentError> {
        let at = file.span().start;
        let mut file = file.into_inner();
        let fate = self.fate(at, &file)?;
        let share = file.share.as_ref().map(|share| self.share(share)).transpose()?;
        Ok(Step {
            line: document::line_of(self.text, at),
            action: self.action(at, &mut file)?,
            without: self.parts("without", &file.without)?,
            kill: self.parts("kill", &file.kill)?,
            terminate: file.terminate.map(|part| self.part("terminate", &part)).transpose()?,
            hold: file.hold.map(|hold| Ok((self.part("hold", &hold.part)?, hold.ms))).transpose()?,
            write: file.write.map(|write| self.write(write)).transpose()?,
            check: Check {
                status: file.status,
                answer: file.answer.as_ref().map(json),
                contains: file.contains,
                sampled: file.sampled,
                fate,
                share,
                unrecorded: file.unrecorded,
                trace: file.trace.map(|tree| self.tree("trace", &tree)).transpose()?,
                linked: file.linked.map(|tree| self.tree("linked", &tree)).transpose()?,
            },
            covers: file.covers,
            caption: file.caption,
        })
    }

    /// `kept_by`, `refused_by`, or `kept = false`, which names no policy.
    fn fate(&self, at: usize, file: &file::Step) -> Result<Option<Fate>, DocumentError> {
        let wrong = |message: &str| Err(self.wrong(at, format!("step `{}`: {message}", file.caption)));
        if file.refused_by.as_ref().is_some_and(Vec::is_empty) {
            return wrong("`refused_by` names no policy; `kept = false` says that none need be named");
        }
        match (file.kept, &file.kept_by, &file.refused_by) {
            (None, None, None) => Ok(None),
            (Some(false), None, None) => Ok(Some(Fate::Refused(None))),
            (None, Some(policy), None) => Ok(Some(Fate::KeptBy(policy.clone()))),
            (None, None, Some(policies)) => Ok(Some(Fate::Refused(Some(policies.clone())))),
            (Some(true), None, None) => wrong("`kept` can only be false; what is kept has a `trace` or a `kept_by`"),
            _ => wrong("has more than one of `kept`, `kept_by` and `refused_by`"),
        }
    }

    fn share(&self, share: &Spanned<f64>) -> Result<f64, DocumentError> {
        let value = *share.get_ref();
        let message = || format!("`share`: {value} is not between 0 and 1");
        (0.0..=1.0).contains(&value).then_some(value).ok_or_else(|| self.wrong(share.span().start, message()))
    }

    fn action(&self, at: usize, file: &mut file::Step) -> Result<Action, DocumentError> {
        match (&file.get, file.redis.take(), &file.websocket, file.send.take()) {
            (Some(get), None, None, None) => Ok(Action::Get(self.get(get, file)?)),
            (None, Some(command), None, None) if !command.is_empty() => {
                Ok(Action::Redis { command, until: file.until.unwrap_or(false) })
            }
            (None, None, Some(websocket), Some(text)) => {
                Ok(Action::WebSocket(Say { place: self.place("websocket", websocket)?, text }))
            }
            _ => {
                let wanted = "needs one of `get`, `redis`, and `websocket` with `send`";
                Err(self.wrong(at, format!("step `{}`: {wanted}", file.caption)))
            }
        }
    }

    /// `get = "items /data"`, or `"gateway:zpages /debug/pipelinez"` for another port than `http`.
    fn get(&self, get: &Spanned<String>, file: &file::Step) -> Result<Get, DocumentError> {
        let until = file.until.unwrap_or(false);
        let times = file.times.unwrap_or(1);
        if until && (times != 1 || !file.also.is_empty()) {
            return Err(
                self.wrong(get.span().start, "`until`: is for one request, without `times` and `also`".to_owned())
            );
        }
        Ok(Get {
            place: self.place("get", get)?,
            also: file.also.iter().map(|place| self.place("also", place)).collect::<Result<_, _>>()?,
            headers: file.headers.clone(),
            times,
            parallel: file.parallel.unwrap_or(1).max(1),
            until,
        })
    }

    fn place(&self, key: &str, text: &Spanned<String>) -> Result<Place, DocumentError> {
        let wrong = |message: &dyn Display| self.wrong(text.span().start, format!("`{key}`: {message}"));
        let (place, path) =
            text.get_ref().split_once(' ').filter(|(_, path)| path.starts_with('/')).ok_or_else(|| {
                wrong(&format!("`{}` is not of the form `part /path` or `part:port /path`", text.get_ref()))
            })?;
        let (part, port) = place.split_once(':').unwrap_or((place, "http"));
        self.topology.port(part, port).map_err(|error| wrong(&error))?;
        self.takes_part(part).map_err(|error| wrong(&error))?;
        Ok(Place { part: part.to_owned(), port: port.to_owned(), path: path.to_owned() })
    }

    fn backgrounds(&self, files: Vec<file::Background>) -> Result<Vec<Background>, DocumentError> {
        files.into_iter().map(|file| self.background(file)).collect()
    }

    fn background(&self, file: file::Background) -> Result<Background, DocumentError> {
        let at = file.trace.span().start;
        let times = match (file.times, file.at_least) {
            (Some(times), None) => times..=times,
            (None, at_least) => at_least.unwrap_or(0)..=usize::MAX,
            (Some(_), Some(_)) => {
                let message = format!("background `{}`: has both `times` and `at_least`", file.caption);
                return Err(self.wrong(at, message));
            }
        };
        let tree = self.tree("trace", &file.trace)?;
        Ok(Background { caption: file.caption, covers: file.covers, times, tree })
    }

    fn absent(&self, file: file::Absent) -> Result<Absent, DocumentError> {
        let wrong = |error: &dyn Display| self.wrong(file.span.span().start, format!("`span`: {error}"));
        let span = file.span.get_ref().parse().map_err(|error| wrong(&error))?;
        Ok(Absent { caption: file.caption, covers: file.covers, span })
    }

    /// A secret that no step plants would be absent whatever the services do.
    fn secret(&self, file: file::Secret, steps: &[&Step]) -> Result<Secret, DocumentError> {
        for text in &file.planted {
            let wrong = |why: String| self.wrong(text.span().start, format!("`planted`: {why}"));
            if text.get_ref().chars().count() < secret::LEAST {
                return Err(wrong(format!("`{}` has fewer than {} characters", text.get_ref(), secret::LEAST)));
            }
            if secret::place(text.get_ref(), steps.iter().copied()).is_none() {
                return Err(wrong(format!("no step plants `{}`", text.get_ref())));
            }
        }
        let planted = file.planted.into_iter().map(Spanned::into_inner).collect();
        Ok(Secret { caption: file.caption, covers: file.covers, planted })
    }

    fn metrics(&self, files: Vec<Spanned<file::Metric>>) -> Result<Vec<Metric>, DocumentError> {
        files.into_iter().map(|file| self.metric(file)).collect()
    }

    fn metric(&self, file: Spanned<file::Metric>) -> Result<Metric, DocumentError> {
        let at = file.span().start;
        let file = file.into_inner();
        let expected = match (file.increase, file.equals, file.at_least) {
            (Some(amount), None, None) => Amount::Increase(amount),
            (None, Some(amount), None) => Amount::Equals(amount),
            (None, None, Some(amount)) => Amount::AtLeast(amount),
            _ => {
                let message = format!("metric `{}`: needs one of `increase`, `equals`, `at_least`", file.caption);
                return Err(self.wrong(at, message));
            }
        };
        Ok(Metric { caption: file.caption, covers: file.covers, query: file.query, expected })
    }

    fn nodes(
        &self,
        file: &BTreeMap<String, Vec<Spanned<String>>>,
    ) -> Result<BTreeMap<String, Vec<String>>, DocumentError> {
        if let Some((at, message)) = placement::complaint(file) {
            let at = at.or_else(|| self.text.find("[nodes]")).unwrap_or(0);
            return Err(self.wrong(at, message));
        }
        file.iter().map(|(node, parts)| Ok((node.clone(), self.parts(node, parts)?))).collect()
    }

    fn layers(&self, file: &file::Layers) -> Result<Layers, DocumentError> {
        let one = |(part, files): (&Spanned<String>, &Vec<Spanned<String>>)| {
            let paths = files.iter().map(|file| self.layer(part.get_ref(), file)).collect::<Result<Vec<_>, _>>()?;
            Ok((self.part("layers", part)?, paths))
        };
        file.iter().map(one).collect()
    }

    fn layer(&self, part: &str, file: &Spanned<String>) -> Result<PathBuf, DocumentError> {
        let path = layer_path(self.root, self.folder, file.get_ref());
        if path.is_file() {
            return Ok(path);
        }
        let message = format!("`{part}`: there is no {}", path.strip_prefix(self.root).unwrap_or(&path).display());
        Err(self.wrong(file.span().start, message))
    }

    fn environment(&self, file: file::Environment) -> Result<Environment, DocumentError> {
        let one = |(part, variables): (Spanned<String>, BTreeMap<Spanned<String>, String>)| {
            let services = part.get_ref() == SERVICES;
            let part = if services { part.into_inner() } else { self.part("environment", &part)? };
            let variables = variables.into_iter().map(|(name, value)| self.variable(&part, name, value));
            let variables = variables.collect::<Result<_, DocumentError>>()?;
            Ok((part, variables))
        };
        file.into_iter().map(one).collect()
    }

    fn variable(&self, part: &str, name: Spanned<String>, value: String) -> Result<(String, String), DocumentError> {
        let wrong = |error: &dyn Display| self.wrong(name.span().start, format!("`{}`: {error}", name.get_ref()));
        self.known.check(part, name.get_ref()).map_err(|error| wrong(&error))?;
        self.topology.filled(&value).map_err(|error| wrong(&error))?;
        Ok((name.into_inner(), value))
    }

    fn files(&self, file: file::Files) -> Result<Files, DocumentError> {
        let one = |(part, files): (Spanned<String>, BTreeMap<Spanned<String>, String>)| {
            let texts = files.into_iter().map(|(name, text)| Ok((self.file_name(&name)?, text)));
            Ok((self.with_files("files", &part)?, texts.collect::<Result<_, DocumentError>>()?))
        };
        file.into_iter().map(one).collect()
    }

    fn write(&self, write: file::Write) -> Result<Write, DocumentError> {
        Ok(Write { part: self.with_files("write", &write.part)?, file: self.file_name(&write.file)?, text: write.text })
    }

    /// Only these have a state directory of their own wherever they run.
    fn with_files(&self, key: &str, part: &Spanned<String>) -> Result<String, DocumentError> {
        let name = self.part(key, part)?;
        let role = self.topology.part(&name).map(|part| part.role);
        if matches!(role, Ok(Role::Collector | Role::Jaeger)) {
            return Ok(name);
        }
        Err(self.wrong(part.span().start, format!("`{key}`: `{name}` is neither a collector nor Jaeger")))
    }

    /// A file is directly in the state directory, and nowhere else.
    fn file_name(&self, name: &Spanned<String>) -> Result<String, DocumentError> {
        let plain = name.get_ref().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if plain && !name.get_ref().starts_with('.') && !name.get_ref().is_empty() {
            return Ok(name.get_ref().clone());
        }
        let message = format!("`{}` is not the name of a file in a part's state directory", name.get_ref());
        Err(self.wrong(name.span().start, message))
    }

    fn parts(&self, key: &str, parts: &[Spanned<String>]) -> Result<Vec<String>, DocumentError> {
        parts.iter().map(|part| self.part(key, part)).collect()
    }

    fn part(&self, key: &str, part: &Spanned<String>) -> Result<String, DocumentError> {
        let wrong = |message: String| self.wrong(part.span().start, format!("`{key}`: {message}"));
        self.topology.part(part.get_ref()).map_err(|error| wrong(error.to_string()))?;
        self.takes_part(part.get_ref()).map_err(wrong)?;
        Ok(part.get_ref().clone())
    }

    fn takes_part(&self, part: &str) -> Result<(), String> {
        let present = || self.present.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let known = self.present.contains(part);
        known
            .then_some(())
            .ok_or_else(|| format!("part `{part}` runs on no node (those of [nodes] are: {})", present()))
    }

    /// Where the services export to has to take OTLP over HTTP.
    fn export(&self, part: &Spanned<String>) -> Result<String, DocumentError> {
        let name = self.part("export", part)?;
        let port = self.topology.port(&name, "otlp_http");
        port.map_err(|error| self.wrong(part.span().start, format!("`export`: {error}")))?;
        Ok(name)
    }

    /// An expectation; a mistake in it is said with its own line in the file.
    fn tree(&self, key: &str, tree: &Spanned<String>) -> Result<Expectation, DocumentError> {
        tree.get_ref().parse().map_err(|error: trace_assert::ParseError| DocumentError::Invalid {
            file: self.path.to_owned(),
            line: document::line_of(self.text, tree.span().start) + error.line,
            message: format!("`{key}`: {error}"),
        })
    }

    fn wrong(&self, at: usize, message: String) -> DocumentError {
        document::invalid(self.path, self.text, at, message)
    }
}

/// A TOML value as JSON, which can hold whatever TOML can.
fn json(value: &toml::Value) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}
