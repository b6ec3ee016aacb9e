import PluginSDK
import Testing

@testable import Plugin

@Suite struct PluginTests {
    private func decision(_ sql: Text, columns: Text = "customers.email, customers.iban") -> QueryDecision {
        Store.removeAll()
        Store.set("columns", columns)
        return preQuery(Query(sql: sql))
    }

    @Test(
        arguments: [
            ("SELECT email FROM customers", "SELECT '***' AS \"email\" FROM customers"),
            ("SELECT DISTINCT email, id FROM customers", "SELECT DISTINCT '***' AS \"email\", id FROM customers"),
            ("SELECT \"email\" AS e,iban i FROM customers", "SELECT '***' AS e,'***' i FROM customers"),
            ("SELECT (SELECT c.email) FROM customers c", "SELECT (SELECT '***' AS \"email\") FROM customers c"),
            (
                "SELECT id FROM customers UNION SELECT iban FROM customers",
                "SELECT id FROM customers UNION SELECT '***' AS \"iban\" FROM customers"
            ),
        ] as [(Text, Text)])
    func columnsAreReplacedInPlace(sql: Text, rewritten: Text) { #expect(decision(sql) == .rewrite(rewritten)) }

    @Test(
        arguments: [
            "SELECT * FROM customers", "SELECT id, customers.* FROM customers", "SELECT customers FROM customers",
            "SELECT id FROM customers ORDER BY email", "SELECT id FROM customers GROUP BY id, email",
            "SELECT DISTINCT ON (email) id FROM customers", "SELECT email::text FROM customers",
            "SELECT email IS NULL FROM customers", "SELECT array_agg(c) FROM customers c",
            "SELECT o.id FROM orders o JOIN customers USING (email)", "COPY customers (id) TO STDOUT",
            "SELECT x FROM (SELECT * FROM customers) AS y (x)", "UPDATE customers SET note = email WHERE id = 1",
            "UPDATE customers SET note = 'x', ok = email = 'y'",
            "INSERT INTO x (email) SELECT upper(email) FROM customers",
            "INSERT INTO customers (id) VALUES (1) ON CONFLICT (email) DO NOTHING",
            "SELECT U&\"\\0065mail\" || 'x' FROM customers", "SELECT id FROM customers WHERE iban > 'DE'",
            "SELECT b FROM customers AS c (a, b)", "SELECT b FROM (customers JOIN orders ON true) AS j (a, b)",
            "SELECT (c).email FROM customers c", "SELECT email(c) FROM customers c",
        ] as [Text])
    func otherUsesAreRefused(sql: Text) {
        guard case .block = decision(sql) else {
            Issue.record("\(sql) passes: \(decision(sql))")
            return
        }
    }

    @Test(
        arguments: [
            "SELECT id, name FROM customers c WHERE c.id = 1", "SELECT count(*) FROM customers",
            "SELECT 2 * 3 FROM customers",
            "SELECT email FROM newsletters", "INSERT INTO customers (id, email) VALUES (1, 'x')",
            "UPDATE customers SET name = 'y', email = 'x' WHERE id = 1",
            "INSERT INTO customers (email) SELECT 'x' ON CONFLICT (id) DO UPDATE SET email = 'x'",
            "SELECT 'email' FROM customers",
        ] as [Text])
    func theRestPasses(sql: Text) { #expect(decision(sql) == .continue) }

    @Test func settingsAreRead() {
        #expect(decision("SELECT email FROM customers", columns: " , nonsense,a.b.c.d") == .continue)
        #expect(decision("SELECT a FROM s.t", columns: "S.T.A") == .rewrite("SELECT '***' AS \"a\" FROM s.t"))
        #expect(decision("SELECT a FROM other.t", columns: "s.t.a") == .continue)
    }
}
