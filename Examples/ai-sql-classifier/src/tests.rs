//! `cargo test` runs these on this machine; the host's functions have stand-ins there.

use super::*;
use plugin_sdk::testing;

#[test]
fn classifies_by_the_worst_statement() {
    for (sql, class) in [
        ("SELECT name FROM customers WHERE id = 7", Class::Lookup),
        ("SELECT 1", Class::Lookup),
        ("SELECT * FROM orders LIMIT 5", Class::Lookup),
        ("SELECT count(*) FROM orders", Class::Scan),
        ("SELECT * FROM (SELECT * FROM orders WHERE id = 7) o", Class::Scan),
        ("TABLE orders", Class::Scan),
        ("INSERT INTO notes VALUES ('delete from x')", Class::Change),
        ("UPDATE orders SET state = 'sent' WHERE id = 7", Class::Change),
        ("UPDATE orders SET state = 'where'", Class::Bulk),
        ("DELETE FROM orders -- where id = 7", Class::Bulk),
        ("DELETE FROM orders USING (SELECT 1 WHERE true) x", Class::Bulk),
        ("WITH old AS (SELECT 1 WHERE true) DELETE FROM orders", Class::Bulk),
        ("TRUNCATE orders", Class::Bulk),
        ("SELECT 1; DROP TABLE orders", Class::Definition),
        ("GRANT ALL ON orders TO public", Class::Definition),
        ("SELECT * FROM salaries WHERE id = 7", Class::Sensitive),
        ("DROP TABLE hr.\"Salaries\"", Class::Sensitive),
        ("DO $$ BEGIN END $$", Class::Unknown),
        ("", Class::Lookup),
    ] {
        assert_eq!(classify(sql, "salaries, audit.log"), class, "{}", sql);
    }
}

#[test]
fn follows_labels_and_the_store() {
    let bulk = "DELETE FROM orders";
    assert_eq!(judge(&testing::query(bulk)), QueryDecision::Continue);
    let blocked = QueryDecision::block("SQL of the class bulk is not for models");
    let labelled = testing::query("/* ai: planner */ DELETE FROM orders");
    assert_eq!(judge(&labelled), blocked);
    kv::set("who", "all").unwrap();
    assert_eq!(judge(&testing::query(bulk)), blocked);
    kv::set("action/bulk", "allow").unwrap();
    assert_eq!(judge(&labelled), QueryDecision::Continue);
    assert_eq!(kv::get_text("seen/bulk").as_deref(), Some("3"));
}

#[test]
fn refuses_what_is_too_large() {
    let long = ["/* ai */ SELECT '", &"x".repeat(EXAMINED_BYTES), "'"].concat();
    let blocked = QueryDecision::block("SQL of the class unknown is not for models");
    assert_eq!(judge(&testing::query(&long)), blocked);
}
