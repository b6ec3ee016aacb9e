import PluginSDK
import Testing

/// What a text is read as: its tables, then how much of it could be examined.
private func reading(_ sql: Text, within limit: Int = 65_536) -> [Text] {
    let tables = SQL(sql).tables(within: limit)
    return tables.map { table in table.schema.map { $0 + "." + table.name } ?? table.name }
        + [tables.examination == .complete ? "." : tables.examination == .opaque ? "opaque" : "too large"]
}

@Suite struct TableTests {
    @Test(
        arguments: [
            ("SELECT * FROM secrets", ["secrets", "."]), ("select 1", ["."]), ("", ["."]), (" ; ", ["."]),
            ("SELECT * FROM a x, b AS y (q, r), c", ["a", "b", "c", "."]),
            ("SELECT * FROM Public . \"Se\"\"crets\"", ["public.Se\"crets", "."]),
            ("SELECT * FROM db.public.secrets", ["public.secrets", "."]),
            ("SELECT * FROM a JOIN b ON a.x = CASE WHEN b.y THEN 1 END, c", ["a", "b", "c", "."]),
            ("SELECT * FROM ((a JOIN b USING (id)) CROSS JOIN c), d", ["a", "b", "c", "d", "."]),
            ("WITH secrets AS (SELECT * FROM secrets) SELECT * FROM secrets, a", ["secrets", "a", "."]),
            ("WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n FROM t) SELECT * FROM t", ["."]),
            ("SELECT extract(year FROM x), trim(both FROM y), a IS NOT DISTINCT FROM b FROM t", ["t", "."]),
            ("SELECT t.from, x AS \"from\" FROM t, u", ["t", "u", "."]),
            ("SELECT 'FROM a' /* FROM b /* FROM c */ */ -- FROM d\n, $$FROM e$$, \"FROM f\" FROM g", ["g", "."]),
            ("SELECT * FROM f(1), LATERAL g(2) x, ROWS FROM (h(3), i(4)), only j", ["j", "."]),
            ("SELECT * FROM U&\"\\0073ecrets\", u&\"\\+01F600\"", ["secrets", "😀", "."]),
            ("INSERT INTO a (x, y) SELECT x, y FROM b ON CONFLICT DO UPDATE SET x = 1", ["a", "b", "."]),
            ("UPDATE a SET x = 1 FROM b, c WHERE a.id = b.id RETURNING d, e", ["a", "b", "c", "."]),
            ("DELETE FROM ONLY a USING b, c WHERE d IN (1, 2)", ["a", "b", "c", "."]),
            ("MERGE INTO a USING b ON true WHEN MATCHED THEN UPDATE SET x = 1, y = 2", ["a", "b", "."]),
            ("COPY a (x, y) FROM STDIN; TRUNCATE b, c; LOCK TABLE d IN SHARE MODE", ["a", "b", "c", "d", "."]),
            ("CREATE VIEW v AS SELECT * FROM a JOIN b ON a.x = b.x", ["v", "a", "b", "."]),
            ("GRANT SELECT, UPDATE ON a, b TO c", ["a", "b", "."]),
            ("DO $$ BEGIN DELETE FROM secrets; END $$", ["opaque"]),
            ("SELECT '\\' FROM secrets --'", ["secrets", "opaque"]),
            ("SELECT 1FROM secrets", ["secrets", "."]),
        ] as [(Text, [Text])])
    func tablesAreFound(sql: Text, wanted: [Text]) { #expect(reading(sql) == wanted) }

    @Test func positionsAreThoseOfTheNames() throws {
        let sql: Text = "SELECT * FROM é.\"T\" AS x, u"
        let tables = SQL(sql).tables(within: 100)
        #expect(tables.map { sql.part($0.range) } == ["é.\"T\"", "u"])
        #expect(sql.replacing(tables[1].range, with: "v") == "SELECT * FROM é.\"T\" AS x, v")
    }

    @Test(
        arguments: [
            ("secrets", .yes), ("SECRETS", .yes), ("public.secrets", .yes), ("other.secrets", .no), ("secret", .no),
            ("x", .yes), ("other.x", .yes),
        ] as [(Text, Touch)])
    func guardsMatch(table: Text, touch: Touch) {
        #expect(SQL("SELECT * FROM public.Secrets, X").touches(table, within: 100) == touch)
        #expect(Query(sql: "SELECT * FROM public.Secrets, X").touches(table, within: 100) == touch)
    }

    @Test func whatIsTooLargeIsUnknown() {
        let sql = "SELECT * FROM a" + Text(bytes: Array(repeating: 0x20, count: 1_000))
        #expect(reading(sql, within: sql.count) == ["a", "."] && reading(sql, within: sql.count - 1) == ["too large"])
        #expect(SQL(sql).touches("b", within: 500) == .unknown && Query(sql: sql).touches("b", within: 500) == .unknown)
        // An escape in JSON counts four.
        let quotes = Text(bytes: Array(repeating: 0x22, count: 250))
        #expect(Query(sql: quotes).tables(within: 1_000).examination == .complete)
        #expect(Query(sql: quotes).tables(within: 999).examination == .tooLarge)
    }

    @Test(
        arguments: [
            ("SELECT 1", true), ("  /* x */ (SELECT 1)", true), ("VALUES (1); TABLE t; SHOW x", true), ("", false),
            ("WITH d AS (DELETE FROM a RETURNING *) SELECT * FROM d", false), ("SELECT * INTO n FROM a", false),
            ("SELECT 1; DELETE FROM a", false), ("SELECT * FROM a FOR SHARE", false), ("EXPLAIN SELECT 1", true),
            ("EXPLAIN ANALYZE DELETE FROM a", false), ("SELECT nextval('s')", false), ("CALL f()", false),
            ("SELECT pg_catalog.setval('s', 1)", false), ("SELECT \"nextval\"('s')", false),
            ("SELECT U&\"\\006eextval\"('s')", false), ("SELECT * FROM nextval('s')", false),
            ("SELECT a.update, 'delete' FROM a", true),
            ("MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE", false),
        ] as [(Text, Bool)])
    func readsAreTold(sql: Text, isRead: Bool) {
        #expect(SQL(sql).isReadOnly(within: 1_000) == isRead)
        #expect(Query(sql: sql).isReadOnly(within: 1_000) == isRead)
    }

    /// However the text lies in the blocks that are read together.
    @Test func placesBetweenBlocksAreNotMissed() {
        for lead in 0..<140 {
            let space = Text(bytes: Array(repeating: 0x20, count: lead))
            #expect(
                reading("SELECT 'x'," + space + "\"y\" FROM a_b$1,secrets WHERE 'z'='\n'") == ["a_b$1", "secrets", "."])
            #expect(Query(sql: space + "SELECT\n1 FROM secrets").touches("secrets", within: 2_000) == .yes)
        }
    }
}

@Suite struct TokenTests {
    @Test(arguments: [
        ("SELECT a.\"b c\", 1.5 FROM t;", ["SELECT", "a", ".", "\"b c\"", ",", "1.5", "FROM", "t", ";"]),
        ("'it''s' x", ["'it''s'", "x"]), ("E'a\\'b' x", ["E'a\\'b'", "x"]), ("'a\\' x", ["'a\\'", "x"]),
        ("a -- b 'c\nd /* e /* f */ g */ h", ["a", "d", "h"]), ("$$ it's $$ x", ["$$ it's $$", "x"]),
        ("$a$ $b$ $a$ x", ["$a$ $b$ $a$", "x"]), ("$1 + $x", ["$1", "+", "$", "x"]), ("'open", ["'open"]),
        ("/* open", []), ("\"a\"\"b\"", ["\"a\"\"b\""]), ("$$open", ["$$open"]), ("naïve", ["naïve"]), ("", []),
        ("a-b/c*", ["a", "-", "b", "/", "c", "*"]), ("e 'x'", ["e", "'x'"]), ("U&\"x\" u&'y'", ["U&\"x\"", "u&'y'"]),
        ("1FROM", ["1", "FROM"]), ("a$1$", ["a$1$"]),
    ])
    func tokens(sql: String, tokens: [String]) {
        let text = Text(sql)
        #expect(SQL(text).tokens.map { String($0.text) } == tokens)
        for token in SQL(text).tokens { #expect(text.part(token.range) == token.text) }
    }

    @Test(arguments: [
        ("delete from t", true), ("SELECT 'DELETE'", false), ("SELECT \"delete\"", false),
        ("-- delete\nSELECT 1", false), ("/* delete */ $$delete$$ E'\\'delete'", false),
        ("WITH x AS (DELETE FROM t RETURNING *) SELECT 1", true), ("SELECT deleted, undelete FROM t", false),
        ("SELECT 'delete'delete", true), ("1delete", true),
    ])
    func keywords(sql: String, isThere: Bool) {
        #expect(SQL(Text(sql)).hasKeyword("DELETE") == isThere)
    }

    @Test(arguments: [("Abc", "abc"), ("\"A\"\"b\"", "A\"b"), ("U&\"\\0041\"", "A"), ("'a'", nil)] as [(Text, Text?)])
    func namesAreRead(sql: Text, name: Text?) throws {
        #expect(try #require(Array(SQL(sql).tokens).first).name == name)
    }

    @Test(
        arguments: [
            ("acme", "'acme'", "\"acme\""), ("", "''", "\"\""), ("it's", "'it''s'", "\"it's\""),
            (#"a\'b"#, #" E'a\\''b'"#, #""a\'b""#), ("a\0b", "'ab'", "\"ab\""),
            ("a\"b", "'a\"b'", "\"a\"\"b\""),
        ] as [(Text, Text, Text)])
    func literalsAndNamesAreQuoted(text: Text, literal: Text, identifier: Text) {
        #expect(text.sqlLiteral == literal && text.sqlIdentifier == identifier)
        // Whatever the text, each is one token.
        #expect(SQL(literal).tokens.map { $0.text } == [literal.trimmed()])
        #expect(SQL(identifier).tokens.map { $0.text } == [identifier])
    }
}
