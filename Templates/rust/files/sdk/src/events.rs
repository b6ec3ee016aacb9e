//! What a hook is told. Every text is decoded when it is asked for.

use crate::json::{Json, Scanner};
use std::borrow::Cow;

/// A query, before or after it runs.
#[derive(Default)]
pub struct Query<'a> {
    query: Option<Json<'a>>,
    normalized: Option<Json<'a>>,
    tables: Option<Json<'a>>,
    is_read_only: Option<Json<'a>>,
    hook_context: Option<Json<'a>>,
}

fn text(json: Option<Json<'_>>) -> Option<Cow<'_, str>> {
    json.and_then(Json::text)
}

impl<'a> Query<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut scanner = Scanner::new(bytes);
        let query = Query::scan(&mut scanner)?;
        scanner.is_at_end().then_some(query)
    }

    fn scan(scanner: &mut Scanner<'a>) -> Option<Self> {
        let mut query = Query::default();
        scanner.object(|name, value| match name {
            "query" => query.query = Some(value),
            "normalized" => query.normalized = Some(value),
            "tables" => query.tables = Some(value),
            "is_read_only" => query.is_read_only = Some(value),
            "hook_context" => query.hook_context = Some(value),
            _ => (),
        })?;
        Some(query)
    }

    pub fn sql(&self) -> Cow<'a, str> {
        text(self.query).unwrap_or_default()
    }

    /// The same if it takes at most `max` bytes with its escapes, else `None`: cheap for long queries, too.
    pub fn sql_up_to(&self, max: usize) -> Option<Cow<'a, str>> {
        text(self.query.filter(|query| query.inside_len() <= max))
    }

    /// The query with its literals taken out.
    pub fn normalized(&self) -> Cow<'a, str> {
        text(self.normalized).unwrap_or_default()
    }

    pub fn tables(&self) -> impl Iterator<Item = Cow<'a, str>> {
        self.tables.into_iter().flat_map(Json::elements).filter_map(Json::text)
    }

    /// Whether the query names this table. The case of letters, double quotes and, unless `table` has one too, a
    /// schema in front make no difference.
    pub fn touches(&self, table: &str) -> bool {
        self.tables().any(|name| names_table(name.as_bytes(), table.as_bytes()))
    }

    pub fn is_read_only(&self) -> bool {
        self.is_read_only.map_or(false, Json::is_true)
    }

    fn context(&self, field: &str) -> Option<Json<'a>> {
        self.hook_context.and_then(|context| context.member(|name| name == field))
    }

    pub fn request_id(&self) -> Cow<'a, str> {
        text(self.context("request_id")).unwrap_or_default()
    }

    pub fn client_id(&self) -> Option<Cow<'a, str>> {
        text(self.context("client_id"))
    }

    pub fn identity(&self) -> Option<Cow<'a, str>> {
        text(self.context("identity"))
    }

    pub fn database(&self) -> Option<Cow<'a, str>> {
        text(self.context("database"))
    }

    pub fn branch(&self) -> Option<Cow<'a, str>> {
        text(self.context("branch"))
    }

    /// What the host attached to the call under this name, such as `tenant_id`.
    pub fn attribute(&self, key: &str) -> Option<Cow<'a, str>> {
        text(self.context("attributes").and_then(|attributes| attributes.member(|name| name == key)))
    }
}

/// Whether `name` ends in `table`, and nothing or a schema stands in front; read backwards, past quotes.
fn names_table(name: &[u8], table: &[u8]) -> bool {
    let mut rest = name.iter().rev().filter(|&&byte| byte != b'"');
    for wanted in table.iter().rev().filter(|&&byte| byte != b'"') {
        match rest.next() {
            Some(byte) if byte.eq_ignore_ascii_case(wanted) => (),
            _ => return false,
        }
    }
    matches!(rest.next(), None | Some(b'.'))
}

/// How a query went.
#[derive(Default)]
pub struct Outcome<'a> {
    success: Option<Json<'a>>,
    target_node: Option<Json<'a>>,
    elapsed_us: Option<Json<'a>>,
    response_bytes: Option<Json<'a>>,
    error: Option<Json<'a>>,
}

impl<'a> Outcome<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Option<(Query<'a>, Self)> {
        let mut scanner = Scanner::new(bytes);
        let mut outcome = Outcome::default();
        scanner.past(b'[')?;
        let query = Query::scan(&mut scanner)?;
        scanner.past(b',')?;
        scanner.object(|name, value| match name {
            "success" => outcome.success = Some(value),
            "target_node" => outcome.target_node = Some(value),
            "elapsed_us" => outcome.elapsed_us = Some(value),
            "response_bytes" => outcome.response_bytes = Some(value),
            "error" => outcome.error = Some(value),
            _ => (),
        })?;
        scanner.past(b']')?;
        scanner.is_at_end().then_some((query, outcome))
    }

    pub fn success(&self) -> bool {
        self.success.map_or(false, Json::is_true)
    }

    pub fn target_node(&self) -> Option<Cow<'a, str>> {
        text(self.target_node)
    }

    pub fn elapsed_us(&self) -> u64 {
        self.elapsed_us.map_or(0, Json::unsigned)
    }

    pub fn response_bytes(&self) -> u64 {
        self.response_bytes.map_or(0, Json::unsigned)
    }

    pub fn error(&self) -> Option<Cow<'a, str>> {
        text(self.error)
    }
}

/// Somebody who wants to come in.
#[derive(Default)]
pub struct AuthRequest<'a> {
    headers: Option<Json<'a>>,
    username: Option<Json<'a>>,
    password: Option<Json<'a>>,
    client_ip: Option<Json<'a>>,
    database: Option<Json<'a>>,
}

impl<'a> AuthRequest<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut scanner = Scanner::new(bytes);
        let mut request = AuthRequest::default();
        scanner.object(|name, value| match name {
            "headers" => request.headers = Some(value),
            "username" => request.username = Some(value),
            "password" => request.password = Some(value),
            "client_ip" => request.client_ip = Some(value),
            "database" => request.database = Some(value),
            _ => (),
        })?;
        scanner.is_at_end().then_some(request)
    }

    /// A header, whatever the case of its name.
    pub fn header(&self, header: &str) -> Option<Cow<'a, str>> {
        text(self.headers.and_then(|headers| headers.member(|name| name.eq_ignore_ascii_case(header))))
    }

    pub fn username(&self) -> Option<Cow<'a, str>> {
        text(self.username)
    }

    pub fn password(&self) -> Option<Cow<'a, str>> {
        text(self.password)
    }

    pub fn client_ip(&self) -> Cow<'a, str> {
        text(self.client_ip).unwrap_or_default()
    }

    pub fn database(&self) -> Option<Cow<'a, str>> {
        text(self.database)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_fields_in_any_order_among_others() {
        let json = br#" {"x":[{"query":"no"}],"hook_context":{"attributes":{"tenant_id":"acme","n":1},"branch":null,
            "request_id":"r1","identity":"al\u0069ce"},"is_read_only":true,"tables":["a",null,"b\"c"],
            "query":"SELECT 1"} "#;
        let query = Query::read(json).unwrap();
        assert_eq!(query.sql(), "SELECT 1");
        assert_eq!(query.normalized(), "");
        assert_eq!(query.tables().collect::<Vec<_>>(), ["a", "b\"c"]);
        assert!(query.is_read_only());
        assert_eq!(query.request_id(), "r1");
        assert_eq!(query.identity().unwrap(), "alice");
        assert_eq!(query.branch(), None);
        assert_eq!(query.attribute("tenant_id").unwrap(), "acme");
        assert_eq!(query.attribute("n"), None);
    }

    #[test]
    fn knows_tables_by_any_spelling() {
        for name in ["secrets", "SECRETS", "\"secrets\"", "public.secrets", "\"public\".\"Secrets\""] {
            assert!(names_table(name.as_bytes(), b"secrets"), "{}", name);
        }
        for name in ["", "secret", "mysecrets", "secrets.x", "secrets2"] {
            assert!(!names_table(name.as_bytes(), b"secrets"), "{}", name);
        }
        assert!(names_table(b"Public.secrets", b"public.secrets"));
        assert!(!names_table(b"secrets", b"public.secrets"));
    }

    #[test]
    fn refuses_broken_input() {
        for bad in ["", "{", "[]", "{}x", "[{}]", "[{},{}", "[{},{}]]"] {
            assert!(Query::read(bad.as_bytes()).is_none(), "{}", bad);
            assert!(Outcome::read(bad.as_bytes()).is_none(), "{}", bad);
        }
        assert!(Outcome::read(b"[{},{}]").is_some());
    }
}
