import PluginSDK
import Testing

@testable import Plugin

@Suite struct PluginTests {
    private func ran(_ sql: Text, microseconds: Int64, bytes: Int64 = 0, isForwarded: Bool = true) {
        postQuery(
            Query(sql: sql),
            Outcome(isForwarded: isForwarded, elapsedMicroseconds: microseconds, responseBytes: bytes))
    }

    @Test(
        arguments: [
            (0, 0, true, 1), (1, 0, true, 1), (1_000, 0, true, 1), (1_001, 0, true, 2), (0, 4_097, true, 2),
            (0, 0, false, 0), (5_000, 0, false, 5), (-1, -1, true, 1),
        ] as [(Int64, Int64, Bool, Int64)])
    func costsAreCounted(microseconds: Int64, bytes: Int64, isForwarded: Bool, units: Int64) {
        let outcome = Outcome(
            isForwarded: isForwarded, elapsedMicroseconds: microseconds, responseBytes: bytes)
        #expect(cost(of: outcome) == units)
    }

    @Test func withoutABudgetNothingIsBlocked() {
        Store.removeAll()
        ran("SELECT 1", microseconds: .max)
        #expect(preQuery(Query(sql: "SELECT 1")) == .continue && Ledger.spent > 0)
    }

    @Test func aSpentBudgetBlocksUntilTheNextPeriod() {
        Store.removeAll()
        Store.set("budget", "10\n")
        ran("SELECT 1", microseconds: 9_000)
        #expect(preQuery(Query(sql: "SELECT 1")) == .continue)
        ran("SELECT 1", microseconds: 1)
        let reason: Text =
            "cost-governor: 10 of 10 units are spent in period 1; queries run again in the next period or with a larger budget"
        #expect(preQuery(Query(sql: "SELECT 1")) == .block(reason))
        #expect(preQuery(Query(sql: "COMMIT; SELECT 1")) == .block(reason))
        for sql in ["COMMIT", " /* x */ rollback;", "CLOSE c"] as [Text] {
            #expect(preQuery(Query(sql: sql)) == .continue)
        }
        Store.set("period", "2")
        #expect(preQuery(Query(sql: "SELECT 1")) == .continue && Ledger.spent == 0)
    }

    @Test func tablesWeigh() {
        Store.removeAll()
        Store.set("weight/orders", "20")
        Store.set("weight/items", "300000")
        Store.set("weight/odd", "many")
        #expect(weight(of: Query(sql: "SELECT 'orders' FROM odd")) == 1)
        #expect(weight(of: Query(sql: "SELECT * FROM a JOIN shop.Orders USING (id)")) == 20)
        #expect(weight(of: Query(sql: "SELECT * FROM orders, items")) == heaviest)
        #expect(weight(of: Query(sql: "DO $$ $$")) == heaviest)
        ran("SELECT * FROM orders", microseconds: 2_000)
        #expect(Ledger.spent == 40)
        ran("SELECT * FROM items", microseconds: .max)
        ran("SELECT * FROM items", microseconds: .max)
        #expect(Ledger.spent == .max)
    }
}
