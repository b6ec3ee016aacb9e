//! `cargo test` runs these on this machine; the host's functions have stand-ins there.

use super::*;
use plugin_sdk::testing;

#[test]
fn knows_distance_operators() {
    for sql in [
        "SELECT * FROM items ORDER BY embedding <-> '[3,1,2]' LIMIT 5",
        "SELECT id FROM items ORDER BY embedding<=>$1 LIMIT 5",
        "SELECT (embedding <#> '[3,1,2]') * -1 FROM items",
        "SELECT embedding <+> '[3,1,2]' FROM items",
    ] {
        assert!(compares_vectors(sql), "{}", sql);
    }
    for sql in [
        "SELECT a < b, c -> 'x', d > e FROM items",
        "SELECT '<->' FROM items -- <->",
        "SELECT a < - b > c FROM items",
        "SELECT a <> b, a <= b, a ->> 'x' FROM items",
    ] {
        assert!(!compares_vectors(sql), "{}", sql);
    }
}

#[test]
fn routes_searches_only() {
    let search = "SELECT * FROM items ORDER BY embedding <-> '[3,1,2]' LIMIT 5";
    assert_eq!(choose(&testing::query(search)), RouteDecision::Default);
    kv::set("node", "vector-1").unwrap();
    kv::set("tables", "embeddings, kb.chunks").unwrap();
    let routed = RouteDecision::node("vector-1");
    for sql in [search, "SELECT count(*) FROM Embeddings", "SELECT 1 FROM kb.chunks JOIN x ON true"]
    {
        assert_eq!(choose(&testing::query(sql)), routed, "{}", sql);
    }
    for sql in [
        "SELECT 1",
        "SELECT 'embeddings'",
        "INSERT INTO embeddings VALUES ('[1,2,3]')",
        "WITH d AS (DELETE FROM embeddings RETURNING *) SELECT * FROM d",
        "UPDATE items SET near = (SELECT id FROM items i ORDER BY i.e <-> items.e LIMIT 1)",
    ] {
        assert_eq!(choose(&testing::query(sql)), RouteDecision::Default, "{}", sql);
    }
}
