//! Parser for the clauses of a line.

use serde_json::Value as Json;

use super::{
    cursor::Cursor,
    error::ParseError,
    pattern::{Clause, Condition, Regex, Test},
};
use crate::model::Value;

const KEY: &str = "an attribute key";

/// Parses one clause; the caller parses `ordered` and `as`, which are not clauses.
pub(super) fn clause(cursor: &mut Cursor<'_>) -> Result<Clause, ParseError> {
    if cursor.take("event:") {
        return event(cursor);
    }
    if cursor.take("link:") {
        return cursor.word("a label").map(|label| Clause::Link(label.to_owned()));
    }
    if cursor.take("scope=") {
        return cursor.string("the scope name").map(Clause::Scope);
    }
    let absent = cursor.take("!");
    let kind: fn(Condition) -> Clause = match () {
        () if cursor.take("resource.") => Clause::Resource,
        () if cursor.take("scope.") => Clause::ScopeAttribute,
        () => Clause::Attribute,
    };
    condition(cursor, absent).map(kind)
}

fn event(cursor: &mut Cursor<'_>) -> Result<Clause, ParseError> {
    let name = cursor.string("the event name")?;
    let mut conditions = Vec::new();
    if cursor.take("{") {
        cursor.spaces();
        while !cursor.take("}") {
            let absent = cursor.take("!");
            conditions.push(condition(cursor, absent)?);
            if !cursor.spaces() && !cursor.rest().starts_with('}') {
                return Err(cursor.error(format!("expected a space or `}}`, got {}", cursor.got())));
            }
        }
    }
    Ok(Clause::Event { name, conditions })
}

fn condition(cursor: &mut Cursor<'_>, absent: bool) -> Result<Condition, ParseError> {
    let key = cursor.word_or_string(KEY)?;
    let test = if absent {
        Test::Absent
    } else if cursor.take("=") {
        Test::Equals(value(cursor)?)
    } else if cursor.take("~") {
        Test::Matches(regex(cursor)?)
    } else if cursor.take("?") {
        Test::Present
    } else {
        return Err(cursor.error(format!("expected `=`, `~` or `?` after {key:?}, got {}", cursor.got())));
    };
    Ok(Condition { key, test })
}

fn value(cursor: &mut Cursor<'_>) -> Result<Value, ParseError> {
    let at = cursor.at();
    if cursor.rest().starts_with([' ', '\t']) {
        return Err(cursor.error("expected a value right after `=`, without a space"));
    }
    let json = cursor.json("a value")?;
    typed(json).map_err(|message| cursor.error_at(at, message))
}

fn typed(json: Json) -> Result<Value, String> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::String(text) => Value::String(text),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Value::Int(integer),
            (None, Some(double)) if number.is_f64() => Value::Double(double),
            _ => return Err(format!("{number} does not fit into a signed 64-bit integer")),
        },
        Json::Array(items) => Value::Array(items.into_iter().map(typed).collect::<Result<_, _>>()?),
        Json::Object(entries) => {
            let entries = entries.into_iter().map(|(key, value)| Ok((key, typed(value)?)));
            Value::Map(entries.collect::<Result<_, String>>()?)
        }
    })
}

fn regex(cursor: &mut Cursor<'_>) -> Result<Regex, ParseError> {
    let at = cursor.at();
    let source = cursor.string("a regular expression")?;
    Regex::new(&source).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
        cursor.error_at(at, format!("{source:?} is not a regular expression: {reason}"))
    })
}
