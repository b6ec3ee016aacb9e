//! What a hook answers.

use crate::json::push_string;

/// The answer of a pre_query hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Continue,
    /// Runs this SQL instead.
    Rewrite(String),
    /// Refuses the query for this reason.
    Block(String),
    /// Answers the client with these bytes, and the query does not run.
    Cached(Vec<u8>),
}

impl Decision {
    pub fn rewrite(sql: impl Into<String>) -> Self {
        Decision::Rewrite(sql.into())
    }

    pub fn block(reason: impl Into<String>) -> Self {
        Decision::Block(reason.into())
    }

    pub(crate) fn into_json(self) -> Vec<u8> {
        match self {
            Decision::Continue => plain("continue"),
            Decision::Rewrite(sql) => with_text("rewrite", "value", &sql),
            Decision::Block(reason) => with_text("block", "value", &reason),
            Decision::Cached(data) => with_data(&data),
        }
    }
}

/// The answer of an authenticate hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthDecision {
    Success(Identity),
    /// Refuses with this message.
    Denied(String),
    /// Leaves it to the host.
    Defer,
}

/// Who somebody is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    pub user_id: String,
    pub username: String,
    pub roles: Vec<String>,
    pub tenant_id: Option<String>,
}

impl AuthDecision {
    pub fn denied(message: impl Into<String>) -> Self {
        AuthDecision::Denied(message.into())
    }

    pub(crate) fn into_json(self) -> Vec<u8> {
        match self {
            AuthDecision::Success(identity) => with_identity(&identity),
            AuthDecision::Denied(message) => with_text("denied", "message", &message),
            AuthDecision::Defer => plain("defer"),
        }
    }
}

/// The answer of a route hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteDecision {
    Default,
    Primary,
    Standby,
    /// Runs the query on the node of this name.
    Node(String),
    /// Runs the query on the branch of this name.
    Branch(String),
    /// Refuses the query for this reason.
    Block(String),
}

impl RouteDecision {
    pub(crate) fn into_json(self) -> Vec<u8> {
        match self {
            RouteDecision::Default => plain("default"),
            RouteDecision::Primary => plain("primary"),
            RouteDecision::Standby => plain("standby"),
            RouteDecision::Node(name) => with_text("node", "target", &name),
            RouteDecision::Branch(name) => with_text("branch", "target", &name),
            RouteDecision::Block(reason) => with_text("block", "reason", &reason),
        }
    }
}

fn begin(action: &str, room: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(room + 64);
    out.extend_from_slice(b"{\"action\":\"");
    out.extend_from_slice(action.as_bytes());
    out.push(b'"');
    out
}

fn plain(action: &str) -> Vec<u8> {
    let mut out = begin(action, 0);
    out.push(b'}');
    out
}

fn push_member(out: &mut Vec<u8>, name: &str, value: &str) {
    push_string(out, name);
    out.push(b':');
    push_string(out, value);
}

fn with_text(action: &str, name: &str, value: &str) -> Vec<u8> {
    let mut out = begin(action, value.len());
    out.push(b',');
    push_member(&mut out, name, value);
    out.push(b'}');
    out
}

fn with_data(data: &[u8]) -> Vec<u8> {
    let mut out = begin("cached", data.len().saturating_mul(4));
    out.extend_from_slice(b",\"data\":[");
    for (index, &byte) in data.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        if byte >= 100 {
            out.push(b'0' + byte / 100);
        }
        if byte >= 10 {
            out.push(b'0' + byte / 10 % 10);
        }
        out.push(b'0' + byte % 10);
    }
    out.extend_from_slice(b"]}");
    out
}

fn with_identity(identity: &Identity) -> Vec<u8> {
    let mut out = begin("success", 256);
    out.extend_from_slice(b",\"identity\":{");
    push_member(&mut out, "user_id", &identity.user_id);
    out.push(b',');
    push_member(&mut out, "username", &identity.username);
    out.extend_from_slice(b",\"roles\":[");
    for (index, role) in identity.roles.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_string(&mut out, role);
    }
    out.extend_from_slice(b"],");
    match &identity.tenant_id {
        Some(tenant) => push_member(&mut out, "tenant_id", tenant),
        None => out.extend_from_slice(b"\"tenant_id\":null"),
    }
    out.extend_from_slice(b"}}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: Vec<u8>) -> String {
        String::from_utf8(json).unwrap()
    }

    #[test]
    fn writes_every_action() {
        assert_eq!(text(Decision::Continue.into_json()), r#"{"action":"continue"}"#);
        assert_eq!(text(Decision::rewrite("a\"b\n").into_json()), r#"{"action":"rewrite","value":"a\"b\u000a"}"#);
        assert_eq!(text(Decision::block("no").into_json()), r#"{"action":"block","value":"no"}"#);
        assert_eq!(text(Decision::Cached(vec![0, 10, 255]).into_json()), r#"{"action":"cached","data":[0,10,255]}"#);
        assert_eq!(text(AuthDecision::denied("no").into_json()), r#"{"action":"denied","message":"no"}"#);
        assert_eq!(text(AuthDecision::Defer.into_json()), r#"{"action":"defer"}"#);
        let roles = vec!["r".into(), "s".into()];
        let mut identity = Identity { user_id: "1".into(), username: "al".into(), roles, tenant_id: None };
        assert_eq!(
            text(AuthDecision::Success(identity.clone()).into_json()),
            r#"{"action":"success","identity":{"user_id":"1","username":"al","roles":["r","s"],"tenant_id":null}}"#
        );
        identity.tenant_id = Some("acme".into());
        assert!(text(AuthDecision::Success(identity).into_json()).ends_with(r#","tenant_id":"acme"}}"#));
        assert_eq!(text(RouteDecision::Default.into_json()), r#"{"action":"default"}"#);
        assert_eq!(text(RouteDecision::Primary.into_json()), r#"{"action":"primary"}"#);
        assert_eq!(text(RouteDecision::Standby.into_json()), r#"{"action":"standby"}"#);
        assert_eq!(text(RouteDecision::Node("n".into()).into_json()), r#"{"action":"node","target":"n"}"#);
        assert_eq!(text(RouteDecision::Branch("b".into()).into_json()), r#"{"action":"branch","target":"b"}"#);
        assert_eq!(text(RouteDecision::Block("r".into()).into_json()), r#"{"action":"block","reason":"r"}"#);
    }
}
