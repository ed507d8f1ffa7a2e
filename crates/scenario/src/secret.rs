//! Texts that steps plant, and that no stored span may hold anywhere.

use super::step::{Action, Step};

/// The fewest characters of a planted text: a shorter one could be on a span by chance.
pub const LEAST: usize = 8;

/// Texts of which none may be on a span.
#[derive(Debug, Clone)]
pub struct Secret {
    /// What must not be.
    pub caption: String,
    /// Behaviours that it covers.
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
        Action::WebSocket(say) => holds(&say.text).then(|| "the message".to_owned()),
    }
}
