//! Texts that steps plant, and that no stored span may hold anywhere.

use std::fmt;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::action::Action;
use crate::document::Parsed;
use crate::names::Names;
use crate::step::Step;
use crate::table::Table;

/// The fewest characters of a planted text: a shorter one could be on a span by chance.
pub const LEAST: usize = 8;

/// Texts of which none may be on a span.
#[derive(Debug, Clone)]
pub struct Secret {
    /// What must not be.
    pub caption: String,
    /// Behaviors that it covers.
    pub covers: Vec<String>,
    /// The texts.
    pub planted: Vec<String>,
}

/// Where a text was planted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// What of the step contains it.
    #[serde(flatten)]
    pub carrier: Carrier,
    /// The caption of the step.
    pub step: String,
}

/// What of a step contains a planted text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Carrier {
    /// The path of a request.
    Path,
    /// A header of a request.
    Header {
        /// Its name.
        name: String,
    },
    /// A command to Redis.
    RedisCommand {
        /// Its first word.
        name: String,
    },
    /// A message over a WebSocket.
    Message,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of the step `{}`", self.carrier, self.step)
    }
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path => f.write_str("the path"),
            Self::Header { name } => write!(f, "header `{name}`"),
            Self::RedisCommand { name } => write!(f, "the Redis command {name}"),
            Self::Message => f.write_str("the message"),
        }
    }
}

/// Where the first of the steps that plants a text does so.
#[must_use]
pub fn origin<'a>(text: &str, steps: impl IntoIterator<Item = &'a Step>) -> Option<Origin> {
    let in_step = |step: &Step| Some(Origin { carrier: carrier(text, &step.action)?, step: step.caption.clone() });
    steps.into_iter().find_map(in_step)
}

fn carrier(text: &str, action: &Action) -> Option<Carrier> {
    let holds = |own: &str| own.contains(text);
    match action {
        Action::Get(get) if holds(&get.place.path) => Some(Carrier::Path),
        Action::Get(get) => {
            let (name, _) = get.headers.iter().find(|(_, value)| holds(value))?;
            Some(Carrier::Header { name: name.clone() })
        }
        Action::Redis { command, .. } => {
            command.iter().any(|word| holds(word)).then(|| Carrier::RedisCommand { name: command[0].clone() })
        }
        Action::WebSocket(message) => holds(&message.text).then_some(Carrier::Message),
    }
}

impl Secret {
    /// Reads one `[[secret]]`. A secret that none of the steps plants would be absent whatever the services do.
    pub(crate) fn read(table: &mut Table<'_>, steps: &[&Step], names: &Names<'_>) -> Parsed<Self> {
        let planted: Vec<Spanned<String>> = table.require("planted")?;
        for text in &planted {
            if text.get_ref().chars().count() < LEAST {
                let problem = format!("`{}` is too short: expected at least {LEAST} characters", text.get_ref());
                return Err(names.document.invalid("planted", text, problem));
            }
            if origin(text.get_ref(), steps.iter().copied()).is_none() {
                return Err(names.document.invalid("planted", text, format!("no step sends `{}`", text.get_ref())));
            }
        }
        let planted = planted.into_iter().map(Spanned::into_inner).collect();
        Ok(Self { caption: table.require("caption")?, covers: table.take_or_default("covers")?, planted })
    }
}
