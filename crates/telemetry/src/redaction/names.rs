//! Recognizes names of credentials, for attributes, headers and baggage.

/// Words that identify a credential, as a component of a name between `.`, `_` and `-`.
const WORDS: [&str; 18] = [
    "apikey",
    "auth",
    "authorization",
    "bearer",
    "cookie",
    "cookies",
    "credential",
    "credentials",
    "jwt",
    "passphrase",
    "passwd",
    "password",
    "pwd",
    "secret",
    "session",
    "sessionid",
    "signature",
    "token",
];

/// Pairs of consecutive components that identify a credential.
const PAIRS: [[&str; 2]; 3] = [["api", "key"], ["private", "key"], ["access", "key"]];

/// Whether a name denotes a credential. Whole components are compared: `input_tokens` and `idempotency-key` do not
/// match.
pub(crate) fn names_a_credential(name: &str) -> bool {
    let mut before = "";
    for word in name.split(|character: char| !character.is_ascii_alphanumeric()) {
        let is = |known: &&str| word.eq_ignore_ascii_case(known);
        let follows = |[first, second]: &[&str; 2]| before.eq_ignore_ascii_case(first) && is(second);
        if WORDS.iter().any(is) || PAIRS.iter().any(follows) {
            return true;
        }
        before = word;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redaction::looks::is_suspicious;

    #[test]
    fn no_name_of_a_credential_is_passed_over_as_harmless() {
        let pairs = PAIRS.map(|pair| pair.join("-"));
        for name in WORDS.into_iter().chain(pairs.iter().map(String::as_str)) {
            assert!(is_suspicious(name) && names_a_credential(name), "{name}");
        }
    }

    #[test]
    fn names_are_judged_by_whole_words() {
        for name in ["authorization", "Set-Cookie", "X-API-Key", "db.password", "user_token", "session.id", "http.auth"]
        {
            assert!(names_a_credential(name), "{name}");
        }
        for name in
            ["x-request-id", "input_tokens", "idempotency-key", "code.function.name", "lab.tenant", "author", ""]
        {
            assert!(!names_a_credential(name), "{name}");
        }
    }
}
