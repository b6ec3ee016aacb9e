//! What a hook answers. Every answer that can be made here is one that the host understands.

use crate::json::{push_string, put, string_room};
use crate::text::push_decimal;
use std::error::Error;
use std::fmt;

/// The answer of a `pre_query` hook.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum QueryDecision {
    /// Lets the query run.
    Continue,
    /// Runs this SQL instead.
    Rewrite(String),
    /// Refuses the query for this reason, which the client is told.
    Block(String),
    /// Answers the client with these rows, and the query does not run. See
    /// [`cached`](QueryDecision::cached).
    Cached(CachedResult),
}

impl QueryDecision {
    /// Runs this SQL instead.
    pub fn rewrite(sql: impl Into<String>) -> Self {
        QueryDecision::Rewrite(sql.into())
    }

    /// Refuses the query for this reason, which the client is told.
    pub fn block(reason: impl Into<String>) -> Self {
        QueryDecision::Block(reason.into())
    }

    /// Answers the client with rows, each as wide as the columns; `None` in a row is SQL's NULL.
    ///
    /// # Errors
    /// When there is no column, or a row has another width: the host would run the query then.
    pub fn cached(
        columns: &[Column<'_>],
        rows: &[&[Option<&str>]],
    ) -> Result<Self, MalformedResult> {
        if columns.is_empty() {
            return Err(MalformedResult::NoColumns);
        }
        if let Some(row) = rows.iter().position(|row| row.len() != columns.len()) {
            return Err(MalformedResult::Width { row });
        }
        let cells = rows.iter().flat_map(|row| row.iter());
        let cells: usize = cells.map(|cell| cell.map_or(4, string_room) + 1).sum();
        let names: usize = columns.iter().map(|column| string_room(column.name) + 32).sum();
        let mut out = Vec::with_capacity(names + cells + rows.len() * 3 + 32);
        put(&mut out, b"{\"columns\":[");
        for (index, column) in columns.iter().enumerate() {
            put(&mut out, if index > 0 { b",{\"name\":" } else { b"{\"name\":" });
            push_string(&mut out, column.name);
            put(&mut out, b",\"oid\":");
            push_decimal(&mut out, i64::from(column.oid));
            put(&mut out, b"}");
        }
        put(&mut out, b"],\"rows\":[");
        for (index, row) in rows.iter().enumerate() {
            put(&mut out, if index > 0 { b",[" } else { b"[" });
            for (index, cell) in row.iter().enumerate() {
                if index > 0 {
                    put(&mut out, b",");
                }
                match cell {
                    Some(text) => push_string(&mut out, text),
                    None => put(&mut out, b"null"),
                }
            }
            put(&mut out, b"]");
        }
        put(&mut out, b"]}");
        Ok(QueryDecision::Cached(CachedResult(out)))
    }

    /// The same from bytes that hold what the host reads. The host runs the query if they do not.
    pub fn cached_raw(bytes: impl Into<Vec<u8>>) -> Self {
        QueryDecision::Cached(CachedResult(bytes.into()))
    }

    pub(crate) fn into_json(self) -> Vec<u8> {
        let (action, text) = match self {
            QueryDecision::Continue => return plain("continue"),
            QueryDecision::Rewrite(sql) => ("rewrite\",\"value", sql),
            QueryDecision::Block(reason) => ("block\",\"value", reason),
            QueryDecision::Cached(CachedResult(data)) => return with_data(&data),
        };
        with_text(action, &text)
    }
}

/// A column of a cached result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column<'c> {
    /// Its name.
    pub name: &'c str,
    /// PostgreSQL's number of its type.
    pub oid: u32,
}

impl<'c> Column<'c> {
    /// A column of type `text`.
    pub fn text(name: &'c str) -> Self {
        Column { name, oid: 25 }
    }
}

/// Rows as the host reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedResult(Vec<u8>);

impl CachedResult {
    /// The JSON text.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Why a result cannot be handed to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MalformedResult {
    /// There is no column.
    NoColumns,
    /// The row of this index is not as wide as the columns.
    Width {
        /// Counted from 0.
        row: usize,
    },
}

impl fmt::Display for MalformedResult {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MalformedResult::NoColumns => formatter.write_str("a result without columns"),
            MalformedResult::Width { row } => write!(formatter, "row {} has another width", row),
        }
    }
}

impl Error for MalformedResult {}

/// The answer of an `authenticate` hook.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum AuthenticateDecision {
    /// Knows the client. PostgreSQL's own authentication still runs.
    Success(Identity),
    /// Refuses the client with this message.
    Denied(String),
    /// Leaves it to the host.
    Defer,
}

impl AuthenticateDecision {
    /// Refuses the client with this message.
    pub fn denied(message: impl Into<String>) -> Self {
        AuthenticateDecision::Denied(message.into())
    }

    pub(crate) fn into_json(self) -> Vec<u8> {
        match self {
            AuthenticateDecision::Success(identity) => with_identity(&identity),
            AuthenticateDecision::Denied(message) => with_text("denied\",\"message", &message),
            AuthenticateDecision::Defer => plain("defer"),
        }
    }
}

/// Who a client is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The user's number or key.
    pub user_id: String,
    /// The user's name.
    pub username: String,
    /// What the user may do.
    pub roles: Vec<String>,
    /// The tenant that the user belongs to.
    pub tenant_id: Option<String>,
}

/// The answer of a `route` hook.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum RouteDecision {
    /// Leaves it to the host.
    Default,
    /// Runs the query on the primary.
    Primary,
    /// Runs the query on a standby.
    Standby,
    /// Runs the query on the node of this name.
    Node(String),
    /// Names a branch. HeliosProxy 1.5 notes it and does nothing else.
    Branch(String),
    /// Refuses the query for this reason, which the client is told.
    Block(String),
}

impl RouteDecision {
    /// Runs the query on the node of this name.
    pub fn node(name: impl Into<String>) -> Self {
        RouteDecision::Node(name.into())
    }

    /// Names a branch. HeliosProxy 1.5 notes it and does nothing else.
    pub fn branch(name: impl Into<String>) -> Self {
        RouteDecision::Branch(name.into())
    }

    /// Refuses the query for this reason, which the client is told.
    pub fn block(reason: impl Into<String>) -> Self {
        RouteDecision::Block(reason.into())
    }

    pub(crate) fn into_json(self) -> Vec<u8> {
        let (action, text) = match self {
            RouteDecision::Default => return plain("default"),
            RouteDecision::Primary => return plain("primary"),
            RouteDecision::Standby => return plain("standby"),
            RouteDecision::Node(name) => ("node\",\"target", name),
            RouteDecision::Branch(name) => ("branch\",\"target", name),
            RouteDecision::Block(reason) => ("block\",\"reason", reason),
        };
        with_text(action, &text)
    }
}

/// An answer so far, with room for so many bytes more.
#[inline(never)]
fn begin(action: &str, room: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(room + 64);
    put(&mut out, b"{\"action\":\"");
    put(&mut out, action.as_bytes());
    put(&mut out, b"\"");
    out
}

fn plain(action: &str) -> Vec<u8> {
    let mut out = begin(action, 0);
    put(&mut out, b"}");
    out
}

/// An answer with a text, whose name stands behind the action.
#[inline(never)]
fn with_text(action: &str, text: &str) -> Vec<u8> {
    let mut out = begin(action, string_room(text));
    put(&mut out, b":");
    push_string(&mut out, text);
    put(&mut out, b"}");
    out
}

fn with_data(data: &[u8]) -> Vec<u8> {
    let mut out = begin("cached", data.len().saturating_mul(4));
    put(&mut out, b",\"data\":[");
    for (index, &byte) in data.iter().enumerate() {
        if index > 0 {
            put(&mut out, b",");
        }
        push_decimal(&mut out, i64::from(byte));
    }
    put(&mut out, b"]}");
    out
}

fn push_member(out: &mut Vec<u8>, name: &str, value: &str) {
    push_string(out, name);
    put(out, b":");
    push_string(out, value);
}

fn with_identity(identity: &Identity) -> Vec<u8> {
    let texts = [&identity.user_id, &identity.username].into_iter();
    let texts = texts.chain(&identity.tenant_id).chain(&identity.roles);
    let room = texts.map(|text| string_room(text) + 1).sum::<usize>() + 256;
    let mut out = begin("success", room);
    put(&mut out, b",\"identity\":{");
    push_member(&mut out, "user_id", &identity.user_id);
    put(&mut out, b",");
    push_member(&mut out, "username", &identity.username);
    put(&mut out, b",\"roles\":[");
    for (index, role) in identity.roles.iter().enumerate() {
        if index > 0 {
            put(&mut out, b",");
        }
        push_string(&mut out, role);
    }
    put(&mut out, b"],");
    match &identity.tenant_id {
        Some(tenant) => push_member(&mut out, "tenant_id", tenant),
        None => put(&mut out, b"\"tenant_id\":null"),
    }
    put(&mut out, b"}}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: Vec<u8>) -> String {
        String::from_utf8(json).unwrap()
    }

    #[test]
    fn writes_every_query_decision() {
        assert_eq!(text(QueryDecision::Continue.into_json()), r#"{"action":"continue"}"#);
        assert_eq!(
            text(QueryDecision::rewrite("a\"b\n").into_json()),
            r#"{"action":"rewrite","value":"a\"b\u000a"}"#
        );
        assert_eq!(
            text(QueryDecision::block("no").into_json()),
            r#"{"action":"block","value":"no"}"#
        );
        assert_eq!(
            text(QueryDecision::cached_raw([0, 10, 255]).into_json()),
            r#"{"action":"cached","data":[0,10,255]}"#
        );
    }

    #[test]
    fn writes_results_that_the_host_reads() {
        let columns = [Column::text("a\"b"), Column { name: "n", oid: 23 }];
        let result = QueryDecision::cached(&columns, &[&[Some("x"), None], &[Some(""), Some("1")]]);
        match result {
            Ok(QueryDecision::Cached(result)) => assert_eq!(
                text(result.bytes().to_vec()),
                r#"{"columns":[{"name":"a\"b","oid":25},{"name":"n","oid":23}],"rows":[["x",null],["","1"]]}"#
            ),
            other => panic!("{:?}", other),
        }
        assert!(QueryDecision::cached(&columns, &[]).is_ok());
        assert_eq!(QueryDecision::cached(&[], &[]), Err(MalformedResult::NoColumns));
        let narrow = QueryDecision::cached(&columns, &[&[None, None], &[None]]);
        assert_eq!(narrow, Err(MalformedResult::Width { row: 1 }));
    }

    #[test]
    fn writes_every_other_decision() {
        assert_eq!(
            text(AuthenticateDecision::denied("no").into_json()),
            r#"{"action":"denied","message":"no"}"#
        );
        assert_eq!(text(AuthenticateDecision::Defer.into_json()), r#"{"action":"defer"}"#);
        let mut identity = Identity {
            user_id: "1".into(),
            username: "al".into(),
            roles: vec!["r".into(), "s".into()],
            tenant_id: None,
        };
        assert_eq!(
            text(AuthenticateDecision::Success(identity.clone()).into_json()),
            r#"{"action":"success","identity":{"user_id":"1","username":"al","roles":["r","s"],"tenant_id":null}}"#
        );
        identity.tenant_id = Some("acme".into());
        assert!(text(AuthenticateDecision::Success(identity).into_json())
            .ends_with(r#","tenant_id":"acme"}}"#));
        assert_eq!(text(RouteDecision::Default.into_json()), r#"{"action":"default"}"#);
        assert_eq!(text(RouteDecision::Primary.into_json()), r#"{"action":"primary"}"#);
        assert_eq!(text(RouteDecision::Standby.into_json()), r#"{"action":"standby"}"#);
        assert_eq!(text(RouteDecision::node("n").into_json()), r#"{"action":"node","target":"n"}"#);
        assert_eq!(
            text(RouteDecision::branch("b").into_json()),
            r#"{"action":"branch","target":"b"}"#
        );
        assert_eq!(
            text(RouteDecision::block("r").into_json()),
            r#"{"action":"block","reason":"r"}"#
        );
    }
}
