import PluginSDK
import Testing

@testable import Plugin

@Suite struct BudgetTests {
    init() { Store.removeAll() }

    @Test func nobodyIsBlockedBeforeTheySpend() {
        #expect(preQuery(query(of: "acme")) == .continue)
    }

    @Test func blocksWhoeverHasSpentTheirBudget() {
        obey("SELECT cost_governor('budget', 'tenant/acme', 3)")
        for spent in 1...3 {
            #expect(preQuery(query(of: "acme")) == .continue, "\(spent)")
            postQuery(query(of: "acme"), Outcome(success: true))
        }
        #expect(
            preQuery(query(of: "acme"))
                == .block(
                    """
                    cost-governor: tenant/acme has spent 3 of 3 units in period 1; \
                    queries run again in the next period or with a larger budget
                    """))
        #expect(preQuery(query(of: "globex")) == .continue)
    }

    @Test func theDefaultBudgetCounts() {
        spend(99_999, "acme")
        #expect(preQuery(query(of: "acme")) == .continue)
        spend(1, "acme")
        #expect(preQuery(query(of: "acme")).isBlock)
        obey("SELECT cost_governor('budget', 'default', '200000')")
        #expect(preQuery(query(of: "acme")) == .continue)
        obey("SELECT cost_governor('budget', 'default', 'default')")
        #expect(preQuery(query(of: "acme")).isBlock)
    }

    @Test func whoeverExhaustsTheSharedAccountBlocksNobodyElse() {
        let long = Text(String(repeating: "x", count: 129))
        spend(100_000, long)
        #expect(Store.get("spent:others") == "1 100000")
        #expect(preQuery(query(of: long)).isBlock)
        #expect(preQuery(query(of: "acme")) == .continue)
        #expect(Store.get("spent:tenant/acme") == "1 0")
        #expect(preQuery(query(of: "acme")) == .continue)
    }

    @Test func aBudgetOfNothingBlocksAtOnce() {
        obey("SELECT cost_governor('budget', 'tenant/acme', 0)")
        #expect(preQuery(query(of: "acme")).isBlock)
    }

    @Test func exemptAndUnlimitedAccountsAreChargedButNotBlocked() {
        obey("SELECT cost_governor('budget', 'tenant/free', 'unlimited')")
        for tenant in ["monitoring", "free"] as [Text] {
            spend(.max, tenant)
            #expect(preQuery(query(of: tenant)) == .continue)
            #expect(Store.get("spent:tenant/" + tenant) == "1 9223372036854775807")
        }
        // A client cannot make itself exempt.
        let impostor = Query(sql: "SELECT 1", clientID: "monitoring")
        postQuery(impostor, Outcome(success: true, elapsedMicroseconds: .max))
        #expect(preQuery(impostor).isBlock)
    }

    @Test func readsAreBlockedToo() {
        spend(.max, "acme")
        #expect(preQuery(Query(sql: "SELECT 1", isReadOnly: true, attributes: ["tenant_id": "acme"])).isBlock)
    }

    @Test(
        arguments: [
            ("COMMIT", true), ("commit;", true), ("/* done */ ROLLBACK TO SAVEPOINT a ; ;", true), ("END", true),
            ("DISCARD ALL", true), ("CLOSE \"my cursor\"", true), ("COMMIT PREPARED 'x'", true),
            ("COMMIT; SELECT 1", false), ("ROLLBACK;;SELECT 1", false), ("BEGIN", false), ("SELECT 1 -- COMMIT", false),
            (#"ROLLBACK TO 'a\'; SELECT 1 --'"#, false), ("\"commit\"", false), ("", false), (";", false),
        ] as [(Text, Bool)])
    func whatGivesBackIsNeverBlocked(sql: Text, passes: Bool) {
        spend(.max, "acme")
        #expect((preQuery(Query(sql: sql, attributes: ["tenant_id": "acme"])) == .continue) == passes)
    }

    @Test func aLongTextIsNeverTakenForGivingBack() {
        spend(.max, "acme")
        let sql = Text("COMMIT /*" + String(repeating: "*", count: 300) + "*/")
        #expect(preQuery(Query(sql: sql, attributes: ["tenant_id": "acme"])).isBlock)
    }

    @Test(arguments: ["", "x", "1", "1 x", "x 1", " 5", "1 -5", "1 99999999999999999999", "1  5"] as [Text])
    func aBrokenEntryCountsAsNothingAndHeals(entry: Text) {
        _ = Store.set("spent:tenant/acme", entry)
        _ = Store.set("budget:tenant/acme", "1")
        #expect(preQuery(query(of: "acme")) == .continue)
        spend(1, "acme")
        #expect(Store.get("spent:tenant/acme") == "1 1")
        #expect(preQuery(query(of: "acme")).isBlock)
    }

    @Test(arguments: ["", "x", "-2", "99999999999999999999"] as [Text])
    func aBrokenBudgetCountsAsNone(budget: Text) {
        _ = Store.set("budget:tenant/acme", budget)
        spend(99_999, "acme")
        #expect(preQuery(query(of: "acme")) == .continue)
        spend(1, "acme")
        #expect(preQuery(query(of: "acme")).isBlock)
    }
}

@Suite struct CostTests {
    @Test(
        arguments: [
            (0, 0, 1), (1, 0, 1), (1_000, 0, 1), (1_001, 0, 2), (0, 1, 1), (0, 4_096, 1), (0, 4_097, 2),
            (1_500, 5_000, 4),
            (-1, -1, 1), (.min, .min, 1), (.max, .max, 9_223_372_036_854_776 + 2_251_799_813_685_248),
        ] as [(Int64, Int64, Int64)])
    func timeAndBytesAreRoundedUp(time: Int64, bytes: Int64, units: Int64) {
        #expect(cost(of: Outcome(success: true, elapsedMicroseconds: time, responseBytes: bytes)) == units)
    }

    @Test func failuresCostWhatTheyUsed() {
        #expect(cost(of: Outcome(success: false, elapsedMicroseconds: 30_000_000, error: "timeout")) == 30_000)
        #expect(cost(of: Outcome(success: false, error: "blocked")) == 0)
    }

    @Test(arguments: [(1, 2, 3), (.max, 0, .max), (.max, 1, .max), (.max, .max, .max)] as [(Int64, Int64, Int64)])
    func sumsStayAtTheTop(left: Int64, right: Int64, sum: Int64) {
        #expect(saturatingSum(left, right) == sum)
    }
}

@Suite struct AccountTests {
    @Test func theTenantPaysThenTheIdentityThenTheClient() {
        func payer(_ tenant: Text?, _ identity: Text?, _ client: Text?) -> Text {
            let attributes: KeyValuePairs<Text, Text> = if let tenant { ["tenant_id": tenant] } else { [:] }
            return Account(
                paying: Query(sql: "", clientID: client, identity: identity, attributes: attributes)
            ).name
        }
        #expect(payer("acme", "bob", "app") == "tenant/acme")
        #expect(payer(nil, "bob", "app") == "identity/bob")
        #expect(payer("", "bob", "app") == "identity/bob")
        #expect(payer(nil, nil, "app") == "client/app")
        #expect(payer(nil, "", "") == "anonymous")
        #expect(payer(nil, nil, nil) == "anonymous")
        // A client's own word is never a tenant.
        #expect(payer(nil, nil, "tenant/acme") == "client/tenant/acme")
        #expect(payer(nil, nil, "anonymous") == "client/anonymous")
        let long = Text(String(repeating: "x", count: 128))
        #expect(payer(long, nil, nil) == "tenant/" + long)
        #expect(payer(long + "x", nil, nil) == "others")
    }

    @Test(
        arguments: [
            ("tenant/a", true), ("identity/a/b", true), ("client/é", true), ("anonymous", true), ("others", true),
            ("acme", false), ("tenant/", false), ("/acme", false), ("Tenant/acme", false), ("", false),
            ("default", false),
        ] as [(Text, Bool)])
    func operatorsNameAccountsInFull(name: Text, isAccount: Bool) {
        #expect((Account(named: name) != nil) == isAccount)
    }

    @Test func noNameForgesALineOfALog() {
        Store.removeAll()
        obey("SELECT cost_governor('budget', 'default', 0)")
        guard case .block(let reason) = preQuery(query(of: "a\nb\u{7F}\"é")) else {
            Issue.record("not blocked")
            return
        }
        #expect(reason.starts(with: "cost-governor: tenant/a?b?\"é has spent 0 of 0 units in period 1;"))
    }
}

@Suite struct PeriodTests {
    init() { Store.removeAll() }

    @Test func aNewPeriodBeginsFromNothing() {
        obey("SELECT cost_governor('budget', 'tenant/acme', 5)")
        spend(5, "acme")
        #expect(preQuery(query(of: "acme")).isBlock)
        obey("SELECT cost_governor('period', '202607')")
        #expect(preQuery(query(of: "acme")) == .continue)
        spend(2, "acme")
        #expect(Store.get("spent:tenant/acme") == "202607 2")
        // To begin the same period again changes nothing: a timer may fire twice.
        obey("SELECT cost_governor('period', 202607)")
        #expect(Store.get("spent:tenant/acme") == "202607 2")
        spend(3, "acme")
        #expect(preQuery(query(of: "acme")).isBlock)
    }
}

@Suite struct OperatorTests {
    init() { Store.removeAll() }

    @Test func answersAreRows() {
        #expect(
            command("SELECT cost_governor('budget', 'tenant/acme', '5000');")
                == .rewrite(
                    """
                    SELECT 'tenant/acme' AS account, 1 AS period, 0::bigint AS spent, 5000::bigint AS budget
                    """))
        spend(7, "acme")
        #expect(
            command("select COST_GOVERNOR ( 'show' , 'tenant/acme' ) -- please")
                == .rewrite(
                    """
                    SELECT 'tenant/acme' AS account, 1 AS period, 7::bigint AS spent, 5000::bigint AS budget
                    """))
        #expect(command("SELECT cost_governor('reset', 'tenant/acme')").isRewrite)
        #expect(Store.get("spent:tenant/acme") == "1 0")
        #expect(
            command("SELECT cost_governor('forget', 'tenant/acme')")
                == .rewrite(
                    """
                    SELECT 'tenant/acme' AS account, 1 AS period, NULL::bigint AS spent, 100000::bigint AS budget
                    """))
        #expect(Store.get("spent:tenant/acme") == nil)
        #expect(Store.get("budget:tenant/acme") == nil)
        #expect(command("SELECT cost_governor('period', '7')") == .rewrite("SELECT 7 AS period"))
        #expect(
            command("SELECT cost_governor('budget', 'default', 'unlimited')")
                == .rewrite("SELECT 'default' AS account, 7 AS period, NULL::bigint AS spent, NULL::bigint AS budget"))
    }

    @Test func namesAreQuotedInAnswers() {
        #expect(
            command("SELECT cost_governor('show', 'tenant/x'' OR ''1')")
                == .rewrite(
                    """
                    SELECT 'tenant/x'' OR ''1' AS account, 1 AS period, NULL::bigint AS spent, 100000::bigint AS budget
                    """))
    }

    @Test(
        arguments: [
            "SELECT cost_governor()", "SELECT cost_governor", "SELECT cost_governor(", "SELECT cost_governor('show')",
            "SELECT cost_governor('show', 'acme')", "SELECT cost_governor('show', tenant)",
            "SELECT cost_governor('budget', 'tenant/acme')", "SELECT cost_governor('budget', 'tenant/acme', -5)",
            "SELECT cost_governor('budget', 'tenant/acme', '-1')", "SELECT cost_governor('budget', 'tenant/acme', 1.5)",
            "SELECT cost_governor('budget', 'tenant/acme', 99999999999999999999)",
            "SELECT cost_governor('budget', 'tenant/acme', 5, 6)", "SELECT cost_governor('budget', 'acme', 5)",
            "SELECT cost_governor('reset', 'default')", "SELECT cost_governor('forget', 'default')",
            "SELECT cost_governor('period', 'next')", "SELECT cost_governor('period', '-1')",
            "SELECT cost_governor('drop', 'tenant/acme')", "SELECT cost_governor('period', '7'); DROP TABLE orders",
            "SELECT cost_governor('period', '7') FROM orders", #"SELECT cost_governor('show', 'tenant/a\')"#,
            "SELECT cost_governor('show', E'tenant/a')", "SELECT cost_governor('show' 'tenant/a')",
        ] as [Text])
    func whatIsNoCommandIsRefusedAndChangesNothing(sql: Text) {
        #expect(command(sql).isBlock)
        for key in ["period", "budget:tenant/acme", "budget:default", "spent:tenant/acme"] as [Text] {
            #expect(Store.get(key) == nil)
        }
    }

    @Test(
        arguments: ["SELECT 1", "", "SELECT 'cost_governor'", "INSERT INTO t SELECT cost_governor('period', 2)"]
            as [Text])
    func otherStatementsOfAnOperatorPassAndAreFree(sql: Text) {
        obey("SELECT cost_governor('budget', 'default', 0)")
        #expect(command(sql) == .continue)
        postQuery(Query(sql: sql, identity: "governor-admin"), Outcome(success: true, elapsedMicroseconds: 1_000_000))
        #expect(Store.get("spent:identity/governor-admin") == nil)
    }

    @Test func nobodyElseGivesCommands() {
        let sql: Text = "SELECT cost_governor('period', '7')"
        #expect(preQuery(Query(sql: sql)) == .continue)
        #expect(preQuery(Query(sql: sql, clientID: "governor-admin", identity: "bob")) == .continue)
        #expect(preQuery(Query(sql: sql, attributes: ["tenant_id": "governor-admin"])) == .continue)
        #expect(preQuery(Query(sql: sql, identity: "Governor-Admin")) == .continue)
        #expect(Store.get("period") == nil)
    }
}

@Suite struct FullStoreTests {
    init() {
        Store.removeAll()
        spend(1, "first")
        var number = 0
        while Store.set("spent:tenant/\(number)", "1 1") { number += 1 }
        #expect(number == 1_021)
    }

    @Test func whoeverComesTooLateShares() {
        spend(60_000, "late")
        spend(39_999, "later")
        #expect(Store.get("spent:others") == "1 99999")
        #expect(preQuery(query(of: "latest")) == .continue)
        spend(1, "latest")
        #expect(
            preQuery(query(of: "late"))
                == .block(
                    """
                    cost-governor: others has spent 100000 of 100000 units in period 1; \
                    queries run again in the next period or with a larger budget
                    """))
        // Those with a place go on, and the period can still be begun.
        #expect(preQuery(query(of: "first")) == .continue)
        spend(1, "first")
        #expect(Store.get("spent:tenant/first") == "1 2")
        obey("SELECT cost_governor('period', '2')")
        #expect(preQuery(query(of: "late")) == .continue)
    }

    @Test func theSharedPlaceCanBeClosedWithoutClosingTheDoor() {
        obey("SELECT cost_governor('forget', 'tenant/1')")
        obey("SELECT cost_governor('budget', 'others', 0)")
        #expect(preQuery(query(of: "late")) == .continue)
        spend(1, "late")
        #expect(Store.get("spent:others") == "1 1")
        #expect(preQuery(query(of: "late")).isBlock)
        #expect(preQuery(query(of: "first")) == .continue)
    }

    @Test func operatorsAreToldAndCanMakeRoom() {
        #expect(command("SELECT cost_governor('budget', 'tenant/late', 5)").isBlock)
        #expect(command("SELECT cost_governor('reset', 'tenant/late')").isBlock)
        // One key is not enough for a place and a budget.
        obey("SELECT cost_governor('forget', 'tenant/1')")
        #expect(command("SELECT cost_governor('budget', 'tenant/late', 5)").isBlock)
        #expect(Store.get("spent:tenant/late") == "1 0")
        obey("SELECT cost_governor('forget', 'tenant/2')")
        obey("SELECT cost_governor('budget', 'tenant/late', 5)")
        spend(5, "late")
        #expect(preQuery(query(of: "late")).isBlock)
        #expect(Store.get("spent:others") == "1 0")
    }
}

private func query(of tenant: Text) -> Query { Query(sql: "SELECT 1", attributes: ["tenant_id": tenant]) }

/// Spends exactly so many units; more than a query can cost are put into the store.
private func spend(_ units: Int64, _ tenant: Text) {
    if units == .max { return Ledger.charge(units, to: Account(paying: query(of: tenant))) }
    postQuery(query(of: tenant), Outcome(success: true, elapsedMicroseconds: units * 1_000))
}

private func command(_ sql: Text) -> QueryDecision { preQuery(Query(sql: sql, identity: "governor-admin")) }

/// Gives a command that must succeed.
private func obey(_ sql: Text, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(command(sql).isRewrite, sourceLocation: sourceLocation)
}

extension QueryDecision {
    fileprivate var isBlock: Bool { if case .block = self { true } else { false } }
    fileprivate var isRewrite: Bool { if case .rewrite = self { true } else { false } }
}
