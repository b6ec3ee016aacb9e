//! For `cargo test`: events as the host sends them, and the stand-in for the host's store. Each
//! test has a store of its own.

use crate::json::{push_string, string_room};
use crate::native::STORE;
use crate::{AuthenticateRequest, Outcome, Query};

fn leak(json: &str) -> &'static [u8] {
    Box::leak(json.to_owned().into_boxed_str()).as_bytes()
}

fn quoted(text: &str) -> String {
    let mut out = Vec::with_capacity(string_room(text));
    push_string(&mut out, text);
    String::from_utf8_lossy(&out).into_owned()
}

/// A query as HeliosProxy 1.5 sends it: no tables, and nothing is known of the client.
pub fn query(sql: &str) -> Query<'static> {
    let sql = quoted(sql);
    query_from_json(&format!(
        r#"{{"query":{0},"normalized":{0},"tables":[],"is_read_only":true,"hook_context":{{"request_id":"00000000-0000-4000-8000-000000000001","client_id":"00000000-0000-4000-8000-000000000002","identity":null,"database":null,"branch":null,"attributes":{{}}}}}}"#,
        sql
    ))
}

/// A query from the host's JSON.
pub fn query_from_json(json: &str) -> Query<'static> {
    Query::read(leak(json))
}

/// How a query went, that HeliosProxy 1.5 could forward or not.
pub fn outcome(
    forwarded: bool,
    elapsed_microseconds: u64,
    response_bytes: u64,
) -> Outcome<'static> {
    let error = if forwarded { "null" } else { "\"connection refused\"" };
    outcome_from_json(&format!(
        r#"{{"success":{},"target_node":"primary","elapsed_us":{},"response_bytes":{},"error":{}}}"#,
        forwarded, elapsed_microseconds, response_bytes, error
    ))
}

/// How a query went, from the host's JSON.
pub fn outcome_from_json(json: &str) -> Outcome<'static> {
    Outcome::read(leak(&format!("[{{}},{}]", json))).1
}

/// A client as HeliosProxy 1.5 sends it: no headers, no password.
pub fn authenticate_request(username: &str) -> AuthenticateRequest<'static> {
    authenticate_request_from_json(&format!(
        r#"{{"headers":{{}},"username":{},"password":null,"client_ip":"10.0.0.7","database":"shop"}}"#,
        quoted(username)
    ))
}

/// A client from the host's JSON.
pub fn authenticate_request_from_json(json: &str) -> AuthenticateRequest<'static> {
    AuthenticateRequest::read(leak(json))
}

/// Empties the store.
pub fn clear() {
    STORE.with(|store| store.borrow_mut().clear());
}
