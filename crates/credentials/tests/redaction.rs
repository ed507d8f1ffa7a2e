//! Property tests: no secret is left after redaction, whatever text is around it.

use credentials::{MARK, detect, patterns, redact};
use proptest::{collection::vec, prelude::*, sample::select};

/// Texts of the table: with a secret, and without one.
fn example() -> impl Strategy<Value = String> {
    let with = patterns().flat_map(|pattern| pattern.examples).map(|(text, _)| *text);
    let without = patterns().flat_map(|pattern| pattern.counterexamples).copied();
    select(with.chain(without).collect::<Vec<_>>()).prop_map(str::to_owned)
}

/// Syntax that surrounds secrets, names of credentials, and arbitrary text.
fn surrounding() -> impl Strategy<Value = String> {
    let syntax = vec![
        " ", "\n", "&", "=", ": ", ":", "\"", "'", "\\\"", "%20", "%2520", "%26", "%3D", "%", "+", "/", "?", "#", "@",
        "[", "]", "{", "}", ",", ".", "token", "Cookie: ", "password", "Bearer ", "Basic ", "http://", "2", MARK,
        "REDACTED",
    ];
    prop_oneof![3 => select(syntax).prop_map(str::to_owned), 1 => "\\PC{0,6}", 1 => "[a-zA-Z0-9]{1,6}"]
}

/// Examples and their surroundings, side by side; sometimes percent-encoded as a whole.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![1 => example(), 2 => surrounding()];
    (vec(piece, 1..6), 0..3_usize)
        .prop_map(|(pieces, times)| (0..times).fold(pieces.concat(), |text, _| encoded(&text)))
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn redacted(text: &str) -> String {
    redact(text, &mut |_| ()).unwrap_or_else(|| text.to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_detected_after_redaction(text in text()) {
        let once = redacted(&text);
        prop_assert_eq!(detect(&once).map(|pattern| pattern.kind), None, "{:?} became {:?}", text, once);
    }

    #[test]
    fn what_is_detected_is_redacted_and_the_reverse(text in text()) {
        let mut found = 0;
        let redacted = redact(&text, &mut |_| found += 1);
        prop_assert_eq!(redacted.is_some(), found > 0);
        prop_assert_eq!(redacted.is_some(), detect(&text).is_some());
        prop_assert!(redacted.is_none_or(|redacted| redacted != text && redacted.contains(MARK)));
    }
}
