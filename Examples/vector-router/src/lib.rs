//! Sends similarity searches to the node that keeps the vector indexes in memory.
//!
//! A search is a query that only reads and that compares with one of pgvector's distance operators,
//! or names a table of vectors. The store says where it goes:
//!
//! - `node`: the node's name. Without it nothing is routed.
//! - `tables`: tables of vectors, separated by commas; none need be named.

use plugin_sdk::sql::{self, TokenKind};
use plugin_sdk::{kv, route, split, Query, RouteDecision};

/// How much SQL is looked at, as the host sends it: room for an embedding of some 500 numbers.
/// Every token is read, and so much takes no more than a call's 1,000,000 units of fuel whatever it
/// holds. Routing guards nothing: what is larger simply goes where the host sends it.
const EXAMINED_BYTES: usize = 6_144;

/// So many tables of the list count.
const MOST_TABLES: usize = 4;

route!(choose);

fn choose(query: &Query) -> RouteDecision {
    let node = match kv::get_text("node") {
        Some(node) if !node.is_empty() => node,
        _ => return RouteDecision::Default,
    };
    // Size before bytes: escapes are dear to decode.
    let field = query.sql();
    if field.size() > EXAMINED_BYTES {
        return RouteDecision::Default;
    }
    let text = field.text().unwrap_or_default();
    let is_search = compares_vectors(text) || names_vectors(text);
    if is_search && sql::is_read_only(text, EXAMINED_BYTES) {
        return RouteDecision::node(node);
    }
    RouteDecision::Default
}

/// Whether one of pgvector's distance operators stands in the SQL, outside strings and comments.
fn compares_vectors(text: &str) -> bool {
    // Symbols are tokens of one byte: what makes an operator stands side by side.
    let mut operator = [0; 3];
    let mut end = 0;
    for token in sql::tokens(text) {
        if token.kind != TokenKind::Symbol {
            continue;
        }
        if token.range.start != end {
            operator = [0; 3];
        }
        end = token.range.end;
        operator = [operator[1], operator[2], token.text.as_bytes()[0]];
        if matches!(operator, [b'<', b'-' | b'=' | b'#' | b'+' | b'~' | b'%', b'>']) {
            return true;
        }
    }
    false
}

/// Whether the SQL names one of the tables that the store lists.
fn names_vectors(text: &str) -> bool {
    let list = kv::get_text("tables").unwrap_or_default();
    let names = split(&list, ",").map(str::trim).filter(|name| !name.is_empty());
    let names: Vec<&str> = names.take(MOST_TABLES).collect();
    !names.is_empty()
        && sql::tables(text, EXAMINED_BYTES).any(|table| names.iter().any(|name| table.is(name)))
}

#[cfg(test)]
mod tests;
