//! Tests texts with several secrets, and texts that were redacted before.

use super::*;

fn seen(text: &str) -> (String, Vec<&'static str>) {
    let mut kinds = Vec::new();
    let redacted = redact(text, &mut |pattern| kinds.push(pattern.kind));
    (redacted.unwrap_or_else(|| text.to_owned()), kinds)
}

#[test]
fn each_secret_of_a_text_is_counted() {
    let (redacted, kinds) = seen("a@example.com, b@example.org, token=x");
    assert_eq!(redacted, "[redacted], [redacted], token=[redacted]");
    assert_eq!(kinds, ["assignment", "email", "email"]);
    let cards = seen("4111111111111111 4012888888881881");
    assert_eq!(cards, ("[redacted] [redacted]".to_owned(), vec!["payment_card"; 2]));
}

#[test]
fn the_first_pattern_is_detected() {
    let kind = |text| detect(text).map(|pattern| pattern.kind);
    assert_eq!(kind("a@example.com, token=x"), Some("assignment"));
    assert_eq!(kind("a@example.com"), Some("email"));
    assert_eq!(kind("nothing at all"), None);
}

#[test]
fn a_secret_that_another_one_divides_is_redacted_in_a_second_pass() {
    // The spaces of the card number end the user of the URL.
    let (redacted, kinds) = seen("redis://:p[w@localhost(2223 0031 2200 3222)@");
    assert_eq!((redacted.as_str(), kinds), ("redis://[redacted]@", vec!["userinfo", "payment_card", "userinfo"]));
}

#[test]
fn a_second_pass_finds_nothing_more() {
    for text in
        ["Bearer abc123 ada@example.com http://u:p@h/ Cookie: a=b", "4111 1111 1111 1111 and 5555-5555-5555-4444"]
    {
        let (once, _) = seen(text);
        assert_eq!(seen(&once), (once.clone(), vec![]));
    }
}
