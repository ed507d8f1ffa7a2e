//! Detects payment card numbers by the grouping of their digits and their check digit.

use std::sync::LazyLock;

use regex::Regex;

/// Digits without separators, or in the groups that card brands use, separated by a space, `+`, `-` or `%20`.
///
/// A number that starts with 1 does not match, so current Unix timestamps in milliseconds are not reported.
const FORMS: [&str; 3] = [
    r"(?:[3-6]\d|2[2-7])\d{11,17}",
    r"(?:[3-6]\d|2[2-7])\d{2}(?:(?:[ +-]|%20)\d{4}){2}(?:[ +-]|%20)\d{1,4}",
    r"3\d{3}(?:[ +-]|%20)\d{6}(?:[ +-]|%20)\d{4,5}",
];

static LOOKING: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let whole = |form| Regex::new(&format!(r"(?:^|[^\w.%]|%[[:xdigit:]]{{2}})({form})(?:$|\W)"));
    FORMS.iter().map(|form| whole(form).expect("the expressions of this file are valid, as its tests show")).collect()
});

/// Returns whether the text contains a payment card number.
pub(super) fn has_one(text: &str) -> bool {
    LOOKING.iter().any(|form| form.captures_iter(text).any(|found| is_valid(&found[1])))
}

/// Returns whether the Luhn check succeeds: the sum of the digits, every second of them doubled, is a multiple of
/// ten.
fn is_valid(number: &str) -> bool {
    let digits: Vec<u32> = number.replace("%20", "").chars().filter_map(|digit| digit.to_digit(10)).collect();
    let weighed = digits.iter().rev().enumerate().map(|(place, digit)| {
        let product = if place.is_multiple_of(2) { *digit } else { digit * 2 };
        product / 10 + product % 10
    });
    weighed.sum::<u32>().is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_known_by_their_groups_and_their_check_digit() {
        for text in
            ["4111111111111111", "no 5555-5555-5555-4444!", "a%203782%20822463%2010005", "(2223 0031 2200 3222)"]
        {
            assert!(has_one(text), "{text}");
        }
        for text in [
            "4111111111111112",
            "1764116461005",
            "1764116461000000005",
            "0.4111111111111111",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "id_4111111111111111",
            "4111 1111",
        ] {
            assert!(!has_one(text), "{text}");
        }
    }
}
