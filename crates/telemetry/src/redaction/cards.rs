//! Finds payment card numbers in a text, by their format and their check digit.

use std::sync::LazyLock;

use regex::Regex;

use super::looks::MARK;

/// The minimum number of digits of a card number.
const FEWEST: usize = 13;

/// The first four digits of a card number. Unix timestamps in seconds to nanoseconds will not start with them for
/// decades.
const BEGIN: &str = "(?:[3-6][0-9]|2[2-7])[0-9]{2}";

/// The separators between groups of digits, including an encoded space.
const GAP: &str = "(?:[ +-]|%20)";

/// The formats of the digits after the first four: digits without separators, or groups.
fn shapes() -> [String; 4] {
    [
        "[0-9]{9,15}".to_owned(),
        format!("{GAP}[0-9]{{4}}{GAP}[0-9]{{4}}{GAP}[0-9]{{1,4}}"),
        format!("{GAP}[0-9]{{4}}{GAP}[0-9]{{4}}{GAP}[0-9]{{4}}{GAP}[0-9]{{1,3}}"),
        format!("{GAP}[0-9]{{6}}{GAP}[0-9]{{4,5}}"),
    ]
}

static EXPRESSIONS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let whole = |shape: &String| format!(r"(?:\b|%[0-9A-Fa-f]{{2}})(?<number>{BEGIN}{shape})\b");
    let compiled =
        |shape| Regex::new(&whole(shape)).expect("the expressions of this file are valid, as its tests show");
    shapes().iter().map(compiled).collect()
});

/// Replaces card numbers. Returns the text and the number of replacements, or `None` without a replacement.
pub(super) fn without_cards(text: &str) -> Option<(String, usize)> {
    if text.bytes().filter(u8::is_ascii_digit).count() < FEWEST {
        return None;
    }
    let mut cleaned = text.to_owned();
    let found = EXPRESSIONS.iter().map(|expression| take_out(&mut cleaned, expression)).sum();
    (found > 0).then_some((cleaned, found))
}

/// Replaces the matches of one format. Returns their number.
fn take_out(text: &mut String, expression: &Regex) -> usize {
    let (mut from, mut found) = (0, 0);
    while let Some(number) = expression.captures_at(text, from).and_then(|captures| captures.name("number")) {
        let place = number.range();
        from = place.start + 1;
        if !is_decimal(text, &place) && has_check_digit(&text[place.clone()]) {
            text.replace_range(place, MARK);
            found += 1;
        }
    }
    found
}

/// Whether the digits are part of a number with a decimal point.
fn is_decimal(text: &str, place: &std::ops::Range<usize>) -> bool {
    let behind =
        text[place.end..].strip_prefix('.').is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    behind || text[..place.start].ends_with('.')
}

/// The Luhn check: every second digit from the right is doubled, and the sum of all digits is a multiple of 10.
fn has_check_digit(number: &str) -> bool {
    // The digits of `%20` belong to a separator.
    let number = number.replace("%20", "");
    let digits = number.bytes().filter(u8::is_ascii_digit).map(|digit| u32::from(digit - b'0'));
    let twice = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 =
        digits.rev().enumerate().map(|(place, digit)| if place.is_multiple_of(2) { digit } else { twice(digit) }).sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> (String, usize) {
        without_cards(text).unwrap_or_else(|| (text.to_owned(), 0))
    }

    #[test]
    fn a_card_is_taken_out_however_it_is_written() {
        for text in [
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "4111%201111%201111%201111",
            "5555555555554444",
            "2223003122003222",
            "3782 822463 10005",
            "4222222222222",
            "6304000000000000000",
        ] {
            assert_eq!(seen(text), (MARK.to_owned(), 1), "{text}");
        }
        assert_eq!(seen("pay%204111111111111111, 12/27"), ("pay%20[redacted], 12/27".to_owned(), 1));
        assert_eq!(seen("in 5026 4111 1111 1111 1111 12 27."), ("in 5026 [redacted] 12 27.".to_owned(), 1));
        assert_eq!(seen("4111111111111111 4012888888881881"), ("[redacted] [redacted]".to_owned(), 2));
    }

    #[test]
    fn other_long_numbers_stay() {
        for text in [
            // The check digit is wrong.
            "4111111111111112",
            // Values of traceparent; the second contains only digits.
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-41111111111111114111111111111111-00f067aa0ba902b7-01",
            // Timestamps in milliseconds, microseconds and nanoseconds, each with a valid check digit.
            "1764116461005",
            "1764116461000000",
            "1764116461000000005",
            "a4111111111111111",
            "id_4111111111111111",
            "0.4111111111111111",
            "4111111111111111.5",
            "41111111111111111111111",
            "2026-11-26T00:11:00.123456789Z",
            "192.168.100.200:49152",
            "b4f1c3a0-4111-4111-8111-111111111111",
        ] {
            assert_eq!(seen(text), (text.to_owned(), 0), "{text}");
        }
        assert!(["1764116461005", "1764116461000000", "1764116461000000005"].into_iter().all(has_check_digit));
    }

    #[test]
    fn a_second_look_finds_nothing_more() {
        let (once, _) = seen("4111 1111 1111 1111 and 5555-5555-5555-4444");
        assert_eq!(seen(&once), (once.clone(), 0));
    }
}
