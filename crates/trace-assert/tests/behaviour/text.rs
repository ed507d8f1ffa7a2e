//! The expectation parser: what does not matter, and what a single line may contain. The errors are in `messages.rs`.

use trace_assert::{Expectation, Pattern};

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
    assert!("2 x a SERVER \"x\"".parse::<Pattern>().is_err());
}
