//! Tests each name, and similar names that denote no credential.

use super::*;

#[test]
fn each_name_is_recognized_with_any_separator_and_in_any_case() {
    for name in keys() {
        for gap in ["-", "_", ".", ""] {
            let spelled = name.replace('-', gap);
            for name in [spelled.clone(), spelled.to_uppercase(), format!("http.{spelled}.x"), format!("x-{spelled}")] {
                assert!(is_credential_name(&name), "{name}");
            }
            assert!(is_sensitive_parameter(&spelled), "{spelled}");
        }
    }
}

#[test]
fn keys_are_judged_by_whole_words() {
    for name in [
        "authorization",
        "http.request.header.authorization",
        "Set-Cookie",
        "X-API-Key",
        "x-api-key",
        "db.password",
        "user_token",
        "session.id",
        "http.auth",
    ] {
        assert!(is_credential_name(name), "{name}");
    }
    for name in [
        "x-request-id",
        "input_tokens",
        "gen_ai.usage.input_tokens",
        "idempotency-key",
        "code.function.name",
        "lab.tenant",
        "author",
        "oauth.scope",
        "tokenizer",
        "http.route",
        "server.address",
        "api--key",
        "",
    ] {
        assert!(!is_credential_name(name), "{name}");
    }
}

#[test]
fn parameters_are_judged_by_parts_of_words() {
    for name in ["Access_Token", "X-Goog-Signature", "zipcode", "sig", "email", "userKey", "pass2"] {
        assert!(is_sensitive_parameter(name), "{name}");
    }
    for name in ["count", "delay_ms", "fail", "x", "access", "private", ""] {
        assert!(!is_sensitive_parameter(name), "{name}");
    }
}
