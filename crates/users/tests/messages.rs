//! Snapshots of the messages of `users`: errors, and the bodies of its error responses.

use axum::body::to_bytes;
use axum::response::IntoResponse as _;
use telemetry::http_client;
use users::error::UsersError;
use users::message::Rejected;
use users::remote::RemoteUsersError;
use users::user::{UserListError, parse_list};

/// The name of a variant. Add a new variant to `errors`, too.
fn users_error(error: &UsersError) -> &'static str {
    match error {
        UsersError::RemoteUsers(RemoteUsersError::Call(_)) => "RemoteUsers(Call)",
        UsersError::RemoteUsers(RemoteUsersError::List(_)) => "RemoteUsers(List)",
        UsersError::OutOfRange { .. } => "OutOfRange",
    }
}

/// The name of a variant. Add a new variant to `errors`, too.
fn list_error(error: &UserListError) -> &'static str {
    match error {
        UserListError::Malformed(_) => "Malformed",
        UserListError::Empty => "Empty",
    }
}

/// The name of a variant. Add a new variant to `errors`, too.
fn rejected(error: &Rejected) -> &'static str {
    match error {
        Rejected::NoId => "NoId",
        Rejected::NoUser(_) => "NoUser",
    }
}

fn users_errors() -> [UsersError; 3] {
    [
        RemoteUsersError::Call(http_client::Error::TooLarge).into(),
        RemoteUsersError::List(UserListError::Empty).into(),
        UsersError::OutOfRange { index: 2, length: 2 },
    ]
}

#[tokio::test]
async fn errors() {
    let [_, _, out_of_range] = users_errors();
    let lists = [&b"{}"[..], b"[]"].map(|text| parse_list(text).unwrap_err());
    let users = users_errors();
    let users = users.iter().map(|error| format!("UsersError::{}: {error}", users_error(error)));
    let lists = lists.iter().map(|error| format!("UserListError::{}: {error}", list_error(error)));
    let rejections = [Rejected::NoId, Rejected::NoUser(out_of_range)];
    let rejections = rejections.iter().map(|error| format!("Rejected::{}: {error}", rejected(error)));
    let mut lines: Vec<String> = users.chain(lists).chain(rejections).collect();
    for error in users_errors() {
        let body = to_bytes(error.into_response().into_body(), 1024).await.unwrap();
        lines.push(String::from_utf8_lossy(&body).into_owned());
    }
    insta::assert_snapshot!(lines.join("\n"));
}
