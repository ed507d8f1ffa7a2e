//! Texts that steps plant, and that no stored span may hold anywhere.

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

/// Where the first of the steps that plants a text does so, such as "header `cookie` of the step `…`".
#[must_use]
pub fn place<'a>(text: &str, steps: impl IntoIterator<Item = &'a Step>) -> Option<String> {
    steps.into_iter().find_map(|step| Some(format!("{} of the step `{}`", in_step(text, &step.action)?, step.caption)))
}

fn in_step(text: &str, action: &Action) -> Option<String> {
    let holds = |own: &str| own.contains(text);
    match action {
        Action::Get(get) if holds(&get.place.path) => Some("the path".to_owned()),
        Action::Get(get) => {
            let (name, _) = get.headers.iter().find(|(_, value)| holds(value))?;
            Some(format!("header `{name}`"))
        }
        Action::Redis { command, .. } => {
            command.iter().any(|word| holds(word)).then(|| format!("the Redis command {}", command[0]))
        }
        Action::WebSocket(message) => holds(&message.text).then(|| "the message".to_owned()),
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
            if place(text.get_ref(), steps.iter().copied()).is_none() {
                return Err(names.document.invalid("planted", text, format!("no step sends `{}`", text.get_ref())));
            }
        }
        let planted = planted.into_iter().map(Spanned::into_inner).collect();
        Ok(Self { caption: table.require("caption")?, covers: table.take_or_default("covers")?, planted })
    }
}
