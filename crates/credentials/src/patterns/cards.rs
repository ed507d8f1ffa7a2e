//! Payment card numbers, by the grouping of their digits and their check digit.

use crate::matches::Match;
use crate::pattern::SecretPattern;

/// The minimum number of digits of a card number.
const FEWEST: usize = 13;

/// `<card>`: the first four digits, not inside a word. Unix timestamps in seconds to nanoseconds will not start with
/// them for decades.
pub(super) const CARD: &str = r"(?<keep>\b|%[0-9A-Fa-f]{2})(?:[3-6][0-9]|2[2-7])[0-9]{2}";

/// `<gap>`: a separator between groups of digits, or an encoded space.
pub(super) const GAP: &str = "(?:[ +-]|%20)";

const fn card(expression: &'static str) -> SecretPattern {
    SecretPattern::new("payment_card", "a payment card number", expression).digits(FEWEST).only_if(is_card)
}

pub(super) const PATTERNS: &[SecretPattern] = &[
    card(r"<card>[0-9]{9,15}\b")
        .examples(&[
            ("4111111111111111", "[redacted]"),
            ("5555555555554444", "[redacted]"),
            ("2223003122003222", "[redacted]"),
            ("4222222222222", "[redacted]"),
            ("6304000000000000000", "[redacted]"),
            ("pay%204111111111111111, 12/27", "pay%20[redacted], 12/27"),
        ])
        .counterexamples(&[
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
        ]),
    card(r"<card><gap>[0-9]{4}<gap>[0-9]{4}<gap>[0-9]{1,4}\b")
        .examples(&[
            ("card 4111 1111 1111 1111 please", "card [redacted] please"),
            ("4111-1111-1111-1111", "[redacted]"),
            ("4111%201111%201111%201111", "[redacted]"),
            ("card=4111+1111+1111+1111", "card=[redacted]"),
            ("no 5555-5555-5555-4444!", "no [redacted]!"),
            ("(2223 0031 2200 3222)", "([redacted])"),
            ("in 5026 4111 1111 1111 1111 12 27.", "in 5026 [redacted] 12 27."),
        ])
        .counterexamples(&["4111 1111", "4111 1111 1111 1112", "b4f1c3a0-4111-4111-8111-111111111111"]),
    card(r"<card><gap>[0-9]{4}<gap>[0-9]{4}<gap>[0-9]{4}<gap>[0-9]{1,3}\b")
        .examples(&[("6304 0000 0000 0002 121", "[redacted]")])
        .counterexamples(&["6304 0000 0000 0002 122"]),
    card(r"<card><gap>[0-9]{6}<gap>[0-9]{4,5}\b")
        .examples(&[("3782 822463 10005", "[redacted]"), ("a%203782%20822463%2010005", "a%20[redacted]")])
        .counterexamples(&["3782 822463 10006"]),
];

/// Whether the digits are a number with a valid check digit, and not part of a number with a decimal point.
fn is_card(one: &Match<'_>) -> bool {
    let fraction = one.after().strip_prefix('.');
    let is_decimal = fraction.is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    !is_decimal && !one.before().ends_with('.') && has_check_digit(one.secret())
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

    #[test]
    fn long_numbers_stay_for_other_reasons_than_their_check_digit() {
        for timestamp in ["1764116461005", "1764116461000000", "1764116461000000005"] {
            assert!(has_check_digit(timestamp), "{timestamp}");
        }
        assert!(!has_check_digit("4111111111111112"));
    }
}
