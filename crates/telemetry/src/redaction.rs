//! Keeps credentials, e-mail addresses and payment card numbers out of exported spans.
//!
//! There are two layers. This module redacts URLs when instrumentation records them: it selects parameters by name
//! and writes `REDACTED`, as the semantic conventions specify. The module [`stage`] checks every ended span by
//! patterns. The names and the patterns are those of the crate `credentials`.

pub(crate) mod stage;

use credentials::{REDACTED, is_sensitive_parameter};
use reqwest::Url;

/// Replaces the values of sensitive parameters in a query string. The names stay, because they explain the request.
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
    is_sensitive_parameter(name) || value.contains('@') || value.contains("%40")
}

/// Replaces user, password and the values of sensitive parameters in a URL.
pub(crate) fn url(url: &Url) -> String {
    let mut url = url.clone();
    if !url.username().is_empty() || url.password().is_some() {
        // Neither call can fail for a URL that already has user information.
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
