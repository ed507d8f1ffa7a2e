//! Errors of the expectation parser: their position and their message.

use trace_assert::{Expectation, Pattern};

fn error(text: &str) -> String {
    text.parse::<Expectation>().expect_err("the text of this test is wrong").to_string()
}

#[test]
fn errors_have_a_line_a_column_and_what_was_expected() {
    let cases = [
        ("", "line 1, column 1: expected a line, got none"),
        ("items", "line 1, column 6: expected a space, got the end of the line"),
        (
            "items SERVR \"x\"",
            "line 1, column 7: \"SERVR\" is not a span kind: expected SERVER, CLIENT, PRODUCER, CONSUMER or INTERNAL",
        ),
        ("items SERVER GET", "line 1, column 14: expected the span's name in double quotes, got `GET`"),
        ("a SERVER \"x\"  k=abc", "line 1, column 17: expected a value as JSON, got `abc` (expected value)"),
        ("a SERVER \"x\"  k= 1", "line 1, column 17: expected a value right after `=`, without a space"),
        ("a SERVER \"x\"  k", "line 1, column 16: expected `=`, `~` or `?` after \"k\", got the end of the line"),
        ("a SERVER \"x\"  k~\"(\"", "line 1, column 17: \"(\" is not a regular expression: unclosed group"),
        (
            "a SERVER \"x\"  k=18446744073709551615",
            "line 1, column 17: 18446744073709551615 does not fit a signed integer of 64 bits",
        ),
        ("a SERVER \"x\"  as b c", "line 1, column 20: expected the end of the line after the label, got `c`"),
        ("2 x a SERVER \"x\"", "line 1, column 1: the root has no count: a trace has one root"),
        (
            "a SERVER \"x\"\n  0 x a CLIENT \"y\"",
            "line 2, column 3: a count is at least 1; to expect no such span, leave the line out",
        ),
        (
            "a SERVER \"x\"\na SERVER \"y\"",
            "line 2, column 1: a second root: a trace has one, so indent this line by two spaces",
        ),
        ("a SERVER \"x\"\n a SERVER \"y\"", "line 2, column 2: indented by half a level: a level is two spaces"),
        (
            "a SERVER \"x\"\n\n    a SERVER \"y\"",
            "line 3, column 5: indented by more than one level (two spaces) below the line above",
        ),
        ("a SERVER \"x\"\n\ta SERVER \"y\"", "line 2, column 1: expected two spaces a level, got a tab"),
        ("...", "line 1, column 1: `...` stands below the line whose further children it allows"),
        ("a SERVER \"x\"  as l\n  a CLIENT \"y\"  as l", "line 2, column 3: the label `l` is bound twice"),
        (
            "a SERVER \"x\"\n  2 x a CLIENT \"y\"\n    a CLIENT \"z\"  as l",
            "line 3, column 5: the label `l` names one span, but a count multiplies this line",
        ),
        ("a SERVER \"é\"  k", "line 1, column 16: expected `=`, `~` or `?` after \"k\", got the end of the line"),
        ("a SERVER \"x\" event:\"e\"{k=1", "line 1, column 27: expected a space or `}`, got the end of the line"),
    ];
    for (text, expected) in cases {
        assert_eq!(error(text), expected, "{text}");
    }
}

#[test]
fn margins_comments_and_blank_lines_do_not_matter() {
    let plain: Expectation = "a SERVER \"x\"\n  b CLIENT \"y\"  k=1".parse().unwrap();
    let dressed =
        "\n    # a comment\n    a SERVER   \"x\"   # the root\n\n      b CLIENT \"y\"     k=1  \n  # the end\n";
    assert_eq!(dressed.parse(), Ok(plain));
}

#[test]
fn the_example_of_the_design_is_read() {
    let text = r#"
items SERVER "GET /data"  http.response.status_code=200
  items CLIENT "GET"  server.port=8000
    users SERVER "GET /user"  event:"user picked"{lab.user.index?}
"#;
    assert_eq!(text.parse::<Expectation>().map(|tree| tree.to_string()), Ok(text.trim_start().to_owned()));
}

#[test]
fn a_single_line_has_no_count_and_no_order() {
    assert!("a SERVER \"x\"  k=1".parse::<Pattern>().is_ok());
    let error = "2 x a SERVER \"x\"".parse::<Pattern>().expect_err("a count");
    assert_eq!(error.to_string(), "line 1, column 1: a single line has neither a count nor `ordered`");
}
