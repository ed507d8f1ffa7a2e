//! Parses integers and flags from the query string, and returns a problem for invalid values.

use std::ops::RangeInclusive;

use http::StatusCode;

use crate::problem::Problem;

/// All parameters of a request in order, as `axum::extract::Query` parses them.
pub type Parameters = Vec<(String, String)>;

/// The parameter `name`, or `default` if it is absent. Other parameters are ignored.
///
/// # Errors
///
/// Returns a problem with status 400 if the parameter occurs more than once, or is not an integer in `range`.
pub fn integer(parameters: &Parameters, name: &str, default: u64, range: RangeInclusive<u64>) -> Result<u64, Problem> {
    let given: Vec<&str> = parameters.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect();
    match given.as_slice() {
        [] => Ok(default),
        [value] => {
            value.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| invalid(name, value, &range))
        }
        // Several values are ambiguous: to use the first or the last would be a guess.
        several => Err(invalid(name, &several.join(","), &range)),
    }
}

/// Whether the parameter `name` has the value `1`.
pub fn flag(parameters: &Parameters, name: &str) -> bool {
    parameters.iter().any(|(key, value)| key == name && value == "1")
}

fn invalid(name: &str, value: &str, range: &RangeInclusive<u64>) -> Problem {
    let (least, most) = (range.start(), range.end());
    Problem::new(StatusCode::BAD_REQUEST)
        .detail(format!("invalid query parameter `{name}`: expected one integer from {least} to {most}, got `{value}`"))
        .with("parameter", name)
        .with("value", value)
        .with("range", format!("{least}-{most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(pairs: &[&str]) -> Result<u64, Problem> {
        let parameters = pairs.iter().map(|value| ("count".to_owned(), (*value).to_owned())).collect();
        integer(&parameters, "count", 20, 1..=1000)
    }

    #[test]
    fn a_number_in_the_range_is_taken_and_none_is_the_default() {
        assert_eq!(count(&[]).ok(), Some(20));
        assert_eq!(count(&["1"]).ok(), Some(1));
        assert_eq!(count(&["1000"]).ok(), Some(1000));
    }

    #[test]
    fn everything_else_is_invalid() {
        for bad in ["0", "1001", "-1", "", "ten", "1.0", " 1", "99999999999999999999"] {
            let problem = format!("{:?}", count(&[bad]).unwrap_err());
            assert!(problem.contains(&format!("expected one integer from 1 to 1000, got `{bad}`")), "{problem}");
        }
        let problem = format!("{:?}", count(&["5", "5"]).unwrap_err());
        assert!(problem.contains("expected one integer from 1 to 1000, got `5,5`"), "{problem}");
    }

    #[test]
    fn parameters_of_another_name_do_not_matter() {
        let parameters = vec![("other".to_owned(), "x".to_owned())];
        assert_eq!(integer(&parameters, "count", 20, 1..=1000).ok(), Some(20));
    }
}
