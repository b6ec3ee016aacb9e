//! What a hook is told. Nothing is looked for, and no text is decoded, before it is asked for.

use crate::json::{Json, Member, Object, MOST_WALKED};
use crate::sql::{fuel, reads_only, touch, Examined, Tables, Touch};
use std::cell::Cell;

/// A text that the host sends.
///
/// Fuel is limited, and a call that runs out of it guards nothing: read with a bound what somebody
/// outside has written.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a>(Member<'a>);

impl<'a> Field<'a> {
    /// Whether it is there, and a text: false for null.
    pub fn exists(&self) -> bool {
        match self.0 {
            Member::Missing => false,
            Member::TooFar => true,
            Member::Value(json) => json.is_text(),
        }
    }

    /// How many bytes it has as the host sent it, escapes included: never less than the text has.
    /// Nothing is decoded for that. `usize::MAX` for more than 262,144.
    pub fn size(&self) -> usize {
        match self.0 {
            Member::Value(json) if json.is_text() => {
                json.raw(MOST_WALKED).map_or(usize::MAX, <[u8]>::len)
            }
            Member::TooFar => usize::MAX,
            _ => 0,
        }
    }

    /// The text, if it has at most `most` bytes. What that costs does not grow beyond `most`.
    pub fn text_up_to(&self, most: usize) -> Option<&'a str> {
        match self.0 {
            Member::Value(json) => json.text(most),
            _ => None,
        }
    }

    /// The text, whatever it costs to read it.
    pub fn text(&self) -> Option<&'a str> {
        self.text_up_to(usize::MAX)
    }
}

/// A query, before or after it runs.
#[derive(Clone, Debug)]
pub struct Query<'a> {
    members: Object<'a, 5>,
    /// The SQL as it was decoded last, and for which limit.
    examined: Cell<Option<(usize, Examined<'a>)>>,
}

const SQL: usize = 0;
const NORMALIZED: usize = 1;
const TABLES: usize = 2;
const IS_READ_ONLY: usize = 3;
const CONTEXT: usize = 4;

impl<'a> Query<'a> {
    pub(crate) fn new(json: Option<Json<'a>>) -> Self {
        let names = ["query", "normalized", "tables", "is_read_only", "hook_context"];
        Query { members: Object::new(json, names), examined: Cell::new(None) }
    }

    pub(crate) fn read(input: &'a [u8]) -> Self {
        Query::new(Json::new(input))
    }

    /// The text of the message: one statement or several.
    pub fn sql(&self) -> Field<'a> {
        Field(self.members.member(SQL))
    }

    /// What the host calls the normalized text. HeliosProxy 1.5 sends the SQL once more.
    pub fn normalized(&self) -> Field<'a> {
        Field(self.members.member(NORMALIZED))
    }

    /// What the host takes for the query's tables: none in HeliosProxy 1.5. See
    /// [`tables`](Query::tables).
    pub fn host_tables(&self) -> impl Iterator<Item = &'a str> {
        let tables = self.members.value(TABLES);
        tables.into_iter().flat_map(Json::elements).filter_map(|name| name.text(MOST_WALKED))
    }

    /// What the host takes the query for. HeliosProxy 1.5 looks at how the text begins, and so
    /// takes `MERGE` and `/* x */ DELETE` for reading. See [`is_read_only`](Query::is_read_only).
    pub fn host_is_read_only(&self) -> bool {
        self.members.value(IS_READ_ONLY).map_or(false, Json::is_true)
    }

    /// The tables that the SQL names, in their order.
    ///
    /// `limit` bounds what is examined, and so the fuel: bytes, of which each one that JSON escapes
    /// counts four, and a fourth as many words and symbols. 65,536 always fit into the 1,000,000
    /// units of a call.
    pub fn tables(&self, limit: usize) -> Tables<'a> {
        Tables::new(self.examined(limit))
    }

    /// Whether the SQL names a table, given as `name` or `schema.name`; a schema that only one of
    /// both has makes no difference, nor do quotes and the case of letters.
    pub fn touches(&self, table: &str, limit: usize) -> Touch {
        touch(self.examined(limit), table)
    }

    /// Whether the SQL can be seen to do nothing but read. What functions do cannot be seen, those
    /// of sequences aside. False when it could not be examined to its end.
    pub fn is_read_only(&self, limit: usize) -> bool {
        reads_only(self.examined(limit))
    }

    fn examined(&self, limit: usize) -> Examined<'a> {
        match self.examined.get() {
            Some((known, sql)) if known == limit => sql,
            _ => {
                let json = self.members.value(SQL);
                let sql = json.and_then(|json| json.examined(limit));
                let sql = sql.map(|(sql, decoding)| (sql, fuel(limit, decoding)));
                self.examined.set(Some((limit, sql)));
                sql
            }
        }
    }

    fn context(&self, name: &str) -> Field<'a> {
        Field(inside(self.members.member(CONTEXT), |member| member == name))
    }

    /// A new UUID for each hook.
    pub fn request_id(&self) -> Field<'a> {
        self.context("request_id")
    }

    /// The UUID of the client's session.
    pub fn client_id(&self) -> Field<'a> {
        self.context("client_id")
    }

    /// The user that the host has authenticated: never known in HeliosProxy 1.5.
    pub fn identity(&self) -> Field<'a> {
        self.context("identity")
    }

    /// The database: never known in HeliosProxy 1.5.
    pub fn database(&self) -> Field<'a> {
        self.context("database")
    }

    /// The branch: never known in HeliosProxy 1.5.
    pub fn branch(&self) -> Field<'a> {
        self.context("branch")
    }

    /// What the host attached to the call under this name: nothing in HeliosProxy 1.5.
    pub fn attribute(&self, name: &str) -> Field<'a> {
        let attributes = inside(self.members.member(CONTEXT), |member| member == "attributes");
        Field(inside(attributes, |member| member == name))
    }
}

fn inside(object: Member<'_>, wanted: impl Fn(&str) -> bool) -> Member<'_> {
    match object {
        Member::Value(json) => json.member(wanted).map_or(Member::Missing, Member::Value),
        other => other,
    }
}

/// How a query went.
#[derive(Clone, Debug)]
pub struct Outcome<'a>(Object<'a, 5>);

impl<'a> Outcome<'a> {
    fn new(json: Option<Json<'a>>) -> Self {
        let names = ["success", "target_node", "elapsed_us", "response_bytes", "error"];
        Outcome(Object::new(json, names))
    }

    pub(crate) fn read(input: &'a [u8]) -> (Query<'a>, Self) {
        let (query, outcome) = Json::new(input).map_or((None, None), Json::pair);
        (Query::new(query), Outcome::new(outcome))
    }

    /// Whether the query could be forwarded and answered: the host's `success`, which is true also
    /// where the server refused the SQL.
    pub fn is_forwarded(&self) -> bool {
        self.0.value(0).map_or(false, Json::is_true)
    }

    /// The node that the query went to.
    pub fn target_node(&self) -> Field<'a> {
        Field(self.0.member(1))
    }

    /// How long it took, in microseconds.
    pub fn elapsed_microseconds(&self) -> u64 {
        self.0.value(2).map_or(0, Json::unsigned)
    }

    /// How many bytes the server answered.
    pub fn response_bytes(&self) -> u64 {
        self.0.value(3).map_or(0, Json::unsigned)
    }

    /// Why it could not be forwarded.
    pub fn error(&self) -> Field<'a> {
        Field(self.0.member(4))
    }
}

/// A client that wants to log in.
#[derive(Clone, Debug)]
pub struct AuthenticateRequest<'a>(Object<'a, 5>);

impl<'a> AuthenticateRequest<'a> {
    pub(crate) fn read(input: &'a [u8]) -> Self {
        let names = ["username", "database", "client_ip", "headers", "password"];
        AuthenticateRequest(Object::new(Json::new(input), names))
    }

    /// The user name, from the start-up message.
    pub fn username(&self) -> Field<'a> {
        Field(self.0.member(0))
    }

    /// The database, from the start-up message.
    pub fn database(&self) -> Field<'a> {
        Field(self.0.member(1))
    }

    /// The address that the client comes from.
    pub fn client_ip(&self) -> Field<'a> {
        Field(self.0.member(2))
    }

    /// A header, whatever the case of its name: there are none in HeliosProxy 1.5.
    pub fn header(&self, name: &str) -> Field<'a> {
        Field(inside(self.0.member(3), |member| member.eq_ignore_ascii_case(name)))
    }

    /// The password: never known in HeliosProxy 1.5.
    pub fn password(&self) -> Field<'a> {
        Field(self.0.member(4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn reads_fields_in_any_order_among_others() {
        let query = testing::query_from_json(
            r#" {"x":[{"query":"no"}],"hook_context":{"attributes":{"tenant_id":"acme","n":1},
            "branch":null,"request_id":"r1","identity":"al\u0069ce"},"is_read_only":true,
            "tables":["a",null,"b\"c"],"qu\u0065ry":"SELECT 1"} "#,
        );
        assert_eq!(query.sql().text(), Some("SELECT 1"));
        assert_eq!(query.sql().text_up_to(7), None);
        assert_eq!(query.sql().size(), 8);
        assert!(!query.normalized().exists());
        assert_eq!(query.host_tables().collect::<Vec<_>>(), ["a", "b\"c"]);
        assert!(query.host_is_read_only());
        assert_eq!(query.request_id().text(), Some("r1"));
        assert_eq!(query.identity().text(), Some("alice"));
        assert!(!query.branch().exists());
        assert_eq!(query.attribute("tenant_id").text(), Some("acme"));
        assert_eq!(query.attribute("n").text(), None);
        assert!(!query.attribute("x").exists());
    }

    #[test]
    fn what_cannot_be_read_is_missing() {
        for bad in ["", "{", "[]", "null", "{\"query\"", "{\"query\":5}", "{\"query\":\"SELECT"] {
            let query = testing::query_from_json(bad);
            assert_eq!(query.sql().text(), None, "{}", bad);
            assert_eq!(query.touches("t", 1000), Touch::Unknown, "{}", bad);
            assert!(!query.is_read_only(1000), "{}", bad);
        }
    }

    #[test]
    fn a_large_input_is_not_walked() {
        let long = "\\n".repeat(200_000);
        let json = format!(r#"{{"query":"{}","is_read_only":true}}"#, long);
        let query = testing::query_from_json(&json);
        assert!(!query.host_is_read_only());
        assert!(query.sql().exists() && query.normalized().exists());
        assert_eq!(query.normalized().text_up_to(usize::MAX), None);
        assert_eq!((query.sql().size(), query.normalized().size()), (usize::MAX, usize::MAX));
        assert_eq!(query.touches("t", 65_536), Touch::Unknown);
        assert_eq!(query.sql().text().map(str::len), Some(200_000));
    }
}
