//! What must not leave on a span: credentials, e-mail addresses, payment cards.
//!
//! Two nets.  Here, what instrumentation records of a URL: it knows parameters by their names, and writes `REDACTED`, the
//! word of the conventions.  In [`stage`], the last look at every span: by the look of any text.

mod cards;
mod encoded;
mod kinds;
mod looks;
mod names;
pub(crate) mod stage;

use reqwest::Url;

pub(crate) use names::names_a_credential;

const REDACTED: &str = "REDACTED";

/// Parts of parameter names whose values are secrets more often than not.  Too much redacted is the better mistake.
const SENSITIVE: [&str; 13] =
    ["auth", "code", "cookie", "credential", "jwt", "key", "mail", "pass", "pwd", "secret", "session", "sig", "token"];

/// A query with the values of sensitive parameters replaced; the names stay, since they explain the request.
pub(crate) fn query(query: &str) -> String {
    let pairs: Vec<String> = query.split('&').map(pair).collect();
    pairs.join("&")
}

fn pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, value)) if is_sensitive(name, value) => format!("{name}={REDACTED}"),
        _ => pair.to_owned(),
    }
}

fn is_sensitive(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let names_a_secret = SENSITIVE.iter().any(|part| name.contains(part));
    names_a_secret || value.contains('@') || value.to_ascii_lowercase().contains("%40")
}

/// A URL without user, password and sensitive parameters.
pub(crate) fn url(url: &Url) -> String {
    let mut url = url.clone();
    if !url.username().is_empty() || url.password().is_some() {
        // Neither can fail for a URL that has a user already.
        let _ = url.set_username(REDACTED);
        let _ = url.set_password(Some(REDACTED));
    }
    let redacted = url.query().map(query);
    url.set_query(redacted.as_deref());
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_sensitive_parameters_are_replaced_and_names_are_kept() {
        assert_eq!(query("count=3&Access_Token=abc&x"), "count=3&Access_Token=REDACTED&x");
        assert_eq!(query("to=someone@example.org&cc=a%40example.org"), "to=REDACTED&cc=REDACTED");
        assert_eq!(query("delay_ms=100&fail=1"), "delay_ms=100&fail=1");
        assert_eq!(query("X-Goog-Signature=ab=cd"), "X-Goog-Signature=REDACTED");
    }

    #[test]
    fn user_and_password_leave_a_url() {
        let with_user = Url::parse("http://me:secret@127.0.0.1:8000/user?key=1&count=2").unwrap();
        assert_eq!(url(&with_user), "http://REDACTED:REDACTED@127.0.0.1:8000/user?key=REDACTED&count=2");
        let without = Url::parse("http://127.0.0.1:8000/user").unwrap();
        assert_eq!(url(&without), "http://127.0.0.1:8000/user");
    }
}
