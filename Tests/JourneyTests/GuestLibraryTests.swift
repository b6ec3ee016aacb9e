import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// A guest library that reads the SQL itself, and a plugin that shows what it reads.
struct GuestLibrary: Sendable, CustomTestStringConvertible {
    let template: String
    /// The file for the hook, and a hook that blocks each query: the reason is its tables, one a line, then `complete`, `too
    /// large` or `opaque`, then `reads` or `writes`.
    let source: (path: String, text: String)

    var testDescription: String { template }

    static let all = [
        GuestLibrary(
            template: "swift",
            source: (
                "Sources/Plugin/Plugin.swift",
                """
                import PluginSDK

                func report(_ query: Query) -> QueryDecision {
                    let tables = query.tables(within: 65_536)
                    var lines: [Text] = []
                    for table in tables {
                        var name = table.name
                        if let schema = table.schema { name = schema + "." + name }
                        if let catalog = table.catalog { name = catalog + "." + name }
                        lines.append(name)
                    }
                    switch tables.examination {
                    case .complete: lines.append("complete")
                    case .tooLarge: lines.append("too large")
                    case .opaque: lines.append("opaque")
                    }
                    lines.append(query.isReadOnly(within: 65_536) ? "reads" : "writes")
                    return .block(Text(joining: lines, separator: "\\n"))
                }

                @c(pre_query)
                public func exportedPreQuery(_ address: Int, _ count: Int) -> UInt64 {
                    run(report, onInputAt: address, count: count)
                }

                """
            )),
        GuestLibrary(
            template: "c",
            source: (
                "plugin.c",
                """
                #include "sdk/plugin.h"

                static PluginQueryDecision report(const PluginQuery *query)
                {
                    PluginTables tables = plugin_query_tables(query, 65536);
                    PluginText lines = PLUGIN_TEXT("");
                    for (PluginTable table; plugin_tables_next(&tables, &table);) {
                        const PluginText parts[] = {table.catalog, table.schema, table.name};
                        for (int part = 0; part < 3; part++)
                            if (plugin_text_exists(parts[part]))
                                lines = plugin_text_concat(lines, parts[part], part < 2 ? PLUGIN_TEXT(".") : PLUGIN_TEXT("\\n"));
                    }
                    static const char *const ends[] = {"complete", "too large", "opaque"};
                    lines = plugin_text_concat(lines, plugin_text_from(ends[tables.examination]), PLUGIN_TEXT("\\n"));
                    const bool reads = plugin_query_is_read_only(query, 65536);
                    return plugin_query_block(plugin_text_concat(lines, plugin_text_from(reads ? "reads" : "writes")));
                }
                PLUGIN_PRE_QUERY(report);

                """
            )),
        GuestLibrary(
            template: "cpp",
            source: (
                "plugin.cpp",
                """
                #include "sdk/plugin.hpp"

                static plugin::QueryDecision report(const plugin::Query &query)
                {
                    plugin::Text lines = "";
                    plugin::Tables tables = query.tables(65536);
                    for (const plugin::Table &table : tables) {
                        if (table.catalog) lines = plugin::concat(lines, table.catalog, ".");
                        if (table.schema) lines = plugin::concat(lines, table.schema, ".");
                        lines = plugin::concat(lines, table.name, "\\n");
                    }
                    const auto end = tables.examination();
                    lines = plugin::concat(
                        lines,
                        end == plugin::Examination::complete ? plugin::Text("complete")
                        : end == plugin::Examination::opaque ? plugin::Text("opaque")
                                                             : plugin::Text("too large"),
                        "\\n", query.is_read_only(65536) ? plugin::Text("reads") : plugin::Text("writes"));
                    return plugin::QueryDecision::block(lines);
                }
                PLUGIN_PRE_QUERY(report);

                """
            )),
        GuestLibrary(
            template: "zig",
            source: (
                "plugin.zig",
                """
                const plugin = @import("sdk/plugin.zig");

                comptime {
                    plugin.preQuery(report);
                }

                fn report(query: *const plugin.Query) plugin.QueryDecision {
                    var tables = query.tables(65_536);
                    var lines: []const u8 = "";
                    while (tables.next()) |table| {
                        if (table.catalog) |catalog| lines = plugin.join(&.{ lines, catalog, "." }, "");
                        if (table.schema) |schema| lines = plugin.join(&.{ lines, schema, "." }, "");
                        lines = plugin.join(&.{ lines, table.name, "\\n" }, "");
                    }
                    const end = switch (tables.examination()) {
                        .complete => "complete\\n",
                        .too_large => "too large\\n",
                        .is_opaque => "opaque\\n",
                    };
                    const rest = if (query.isReadOnly(65_536)) "reads" else "writes";
                    return .{ .block = plugin.join(&.{ lines, end, rest }, "") };
                }

                """
            )),
        GuestLibrary(
            template: "rust",
            source: (
                "src/lib.rs",
                """
                use plugin_sdk::{pre_query, Examination, Query, QueryDecision};

                pre_query!(report);

                fn report(query: &Query) -> QueryDecision {
                    let mut tables = query.tables(65_536);
                    let mut lines = Vec::new();
                    for table in &mut tables {
                        let parts = [table.catalog, table.schema, Some(table.name)];
                        lines.push(parts.into_iter().flatten().collect::<Vec<_>>().join("."));
                    }
                    lines.push(
                        match tables.examination() {
                            Examination::Complete => "complete",
                            Examination::TooLarge => "too large",
                            Examination::Opaque => "opaque",
                        }
                        .into(),
                    );
                    lines.push(if query.is_read_only(65_536) { "reads" } else { "writes" }.into());
                    QueryDecision::block(lines.join("\n"))
                }

                """
            )),
    ]

    /// The folder of a plugin that reports the tables of a query; nobody may change it.
    func reportingPlugin() async throws -> String {
        try await Workshop.skeleton(template, hooks: ["pre_query"], source: source)
    }

    /// The module of a plugin that reports the tables of a query.
    func report() async throws -> String { try await reportingPlugin() + "/dist/guard.wasm" }

    /// The module of the template's skeleton.
    func skeleton(hooks: [String] = Workshop.allHooks) async throws -> String {
        try await Workshop.skeleton(template, hooks: hooks) + "/dist/guard.wasm"
    }
}

/// The guest libraries' reading of SQL, held to PostgreSQL's own parser, and their fuel.
@Suite(.scratchFolder)
struct GuestLibraryTests {
    private static let fixtures = BuiltProduct.repository + "/Tests/Fixtures"
    private static let python = BuiltProduct.repository + "/.build-python/bin/python"

    /// A text with the tables that PostgreSQL sees in it; nil where it sees a syntax error.
    struct Sample: Sendable {
        let sql: String
        let tables: [String]?
        /// Whether the examination has to say that it could not see everything.
        let isOpaque: Bool

        init(line: String) throws {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            sql = try #require(try JSONValue.parse(fields[1]).string)
            let parsed = try JSONValue.parse(fields[2])
            tables = parsed == .null ? nil : parsed.texts
            isOpaque = fields[3].hasPrefix("opaque")
        }

        static func read(_ text: String) throws -> [Sample] {
            try text.split(separator: "\n").map { try Sample(line: String($0)) }
        }
    }

    /// What came of samples: how many tables there were, which were missed, and what else was reported.
    private func compare(_ samples: [Sample], module: String) async throws -> (
        tables: Int, missed: [String], others: [String]
    ) {
        let calls = samples.map {
            PluginHost.Call.input("pre_query", PluginHost.query($0.sql, tables: [], isReadOnly: true))
        }
        let session = try await PluginHost.run(module, calls)
        var tables = 0, missed: [String] = [], others: [String] = []
        for (sample, result) in zip(samples, session.results) {
            let reason = try #require(result["output"]?["value"]?.string, "\(sample.sql): \(result.compactText)")
            let lines = reason.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let found = Set(lines.dropLast(2)), examination = lines[lines.count - 2]
            if sample.isOpaque { expect(examination == "opaque", "\(sample.sql)") }
            guard let wanted = sample.tables else { continue }
            tables += wanted.count
            let gone = wanted.filter { !found.contains($0) }
            // What could not be seen must be said; a guard blocks then.
            if !gone.isEmpty, examination == "complete" { missed.append("\(gone) in \(sample.sql)") }
            others += found.subtracting(wanted).map { "\($0) in \(sample.sql)" }
        }
        return (tables, missed, others)
    }

    /// No table that the parser sees in the corpus is missed; of others a few are reported, in definitions mostly.
    @Test(arguments: GuestLibrary.all)
    func noTableOfTheCorpusIsMissed(library: GuestLibrary) async throws {
        let samples = try Sample.read(Disk.text(Self.fixtures + "/sql/corpus.tsv"))
        expect(samples.count > 450)
        let module = try await library.report()
        let result = try await compare(samples, module: module)
        expect(result.tables > 650)
        expect(result.missed.isEmpty, "\(result.missed)")
        expect(result.others.count <= 15, "\(result.others)")
    }

    /// NEXTVAL and SETVAL write however their names are put; what only looks like them reads.
    @Test(arguments: GuestLibrary.all)
    func functionsThatWriteAreSeenInAnyDress(library: GuestLibrary) async throws {
        let filler = "'\(String(repeating: "x", count: 40))', \"a\", (1 + 2), "
        let writing = [
            "nextval('s')", "NextVal /* x */ ('s')", "pg_catalog.setval('s', 1)", "pg_catalog . nextval('s')",
            "pg_catalog./**/nextval('s')", "\"pg_catalog\".setval('s', 1)", "db.pg_catalog.nextval('s')",
            "\"nextval\"('s')", "\"setval\" ('s', 1)", "pg_catalog.\"setval\"\n('s', 1)",
            "\"pg_catalog\".\"nextval\"('s')",
            "U&\"\\006eextval\"('s')", "u&\"nextval\"('s')", "pg_catalog.U&\"set\\0076al\"('s', 1)",
            "U&\"!006eextval\" UESCAPE '!' ('s')", "\"a\"||\"nextval\"('s')", "E'\\''||\"nextval\"('s')",
        ]
        var texts = writing.flatMap { call in
            [
                "SELECT \(call)", "SELECT a[1], \(call) FROM t", "SELECT * FROM \(call)",
                "SELECT 1 FROM t, \(call) AS f",
                "SELECT 1 FROM t JOIN \(call) f ON true", "SELECT (SELECT max(\(call)))", "VALUES (1, \(call))",
                "WITH c AS (SELECT \(call)) SELECT * FROM c", "SELECT 1 FROM t WHERE a > \(call)",
                "EXPLAIN SELECT \(call)",
                "SELECT * FROM ROWS FROM (\(call), f(1))", "SELECT 'into', \"b\", \(call)", "SELECT \(filler)\(call)",
            ]
        }
        for size in 0..<70 {
            texts.append("SELECT \(String(repeating: "a", count: size)),\(writing[size % writing.count])")
        }
        let reading = [
            "SELECT 'nextval(', a FROM t", "SELECT \"a\", \"total\", \"annual\"(1), \"special\" (2) FROM t",
            "SELECT a.update, \"delete\" FROM t", "SELECT U&\"\\0061\", U&'\\0061' FROM t", "SELECT nextvalue('s')",
            "SELECT currval('s'), pg_catalog.lastval()",
            "SELECT * FROM index WHERE sequence = 'type'", "SELECT a FROM U&\"\\0061\"",
        ]
        let module = try await library.report()
        let session = try await PluginHost.run(
            module, (texts + reading).map { .input("pre_query", PluginHost.query($0, tables: [])) })
        for (number, (text, result)) in zip(texts + reading, session.results).enumerated() {
            let reason = try #require(result["output"]?["value"]?.string, "\(text): \(result.compactText)")
            let wanted = number < texts.count ? "writes" : "reads"
            expect(reason.hasSuffix("\n" + wanted), "\(text) \(wanted)")
        }
    }

    /// The corpus is what PostgreSQL's parser says today.
    @Test func theCorpusIsUpToDate() async throws {
        let result = try await Program(Self.python).run(
            [Self.fixtures + "/sql/oracle.py", "corpus", Self.fixtures + "/sql/statements.txt"])
        expect(result.status == 0, "\(result.errors)")
        expect(try result.output == Disk.text(Self.fixtures + "/sql/corpus.tsv"))
    }

    /// Statements in other dress and put into each other: other cases, comments, quotes, as subqueries, expressions, bodies.
    @Test(arguments: GuestLibrary.all)
    func noTableOfComposedStatementsIsMissed(library: GuestLibrary) async throws {
        let seed = Int.random(in: 0..<1_000_000)
        let composed = try await Program(Self.python).run(
            [Self.fixtures + "/sql/oracle.py", "mutate", "\(seed)", "2000"],
            input: Disk.text(Self.fixtures + "/sql/corpus.tsv"))
        expect(composed.status == 0, "\(composed.errors)")
        let module = try await library.report()
        let result = try await compare(Sample.read(composed.output), module: module)
        expect(result.tables > 2000)
        expect(result.missed.isEmpty, "seed \(seed): \(result.missed)")
        expect(result.others.count < 80, "seed \(seed): \(result.others)")
    }

    /// What HeliosProxy 1.5 was seen to send: no tables, whatever the query.
    @Test(arguments: GuestLibrary.all)
    func theSkeletonGuardsOnWhatTheHostSends(library: GuestLibrary) async throws {
        let module = try await library.skeleton()
        let inputs = try Disk.names(Self.fixtures + "/host-1.5/inputs")
        expect(inputs.count > 10)
        var calls: [PluginHost.Call] = []
        for name in inputs {
            let hook = try #require(name.split(separator: ".").dropLast().last.map(String.init))
            calls.append(.raw(hook, try Disk.text(Self.fixtures + "/host-1.5/inputs/\(name)")))
        }
        let recorded = try Disk.text(Self.fixtures + "/host-1.5/inputs/select-one.pre_query.json")
        let guarded = recorded.replacingOccurrences(of: "SELECT 1", with: "SELECT * FROM secrets")
        expect(guarded.contains(#""tables":[]"#))
        let session = try await PluginHost.run(module, calls + [.raw("pre_query", guarded)])
        expect(session.results.allSatisfy { $0["error"] == .null }, "\(session.results)")
        for (name, result) in zip(inputs, session.results) where name.hasSuffix(".pre_query.json") {
            expect(result["output"]?["action"]?.string == "continue", "\(name)")
        }
        expect(session.results.last?["output"]?["action"]?.string == "block")
    }

    /// Pieces that texts are made of: what is dear to read, and what is usual.
    private static let pieces = [
        "a,", "ordertabl, ", "JOIN t1 ON t1.a = t2.b ", "(", "()", "( a ) ", ";", "select 1;", "''", "'a' ", "'a''b'",
        "$$ $$", "$a$b$a$ ", "$", "$1 ", "/*", "/* x */", "--\n", "- ", "with a(b,c,", "with a as (select 1) ", "x.",
        "1.", "12, ", "from ", "from t,", "update t ", "\"a\" ", "\"\"", "\"a\".", "select ", "\n", "\t ", "\u{1}",
        "\u{1}a", "\\", "'\\' ", "U&\"\\0061b\" ", "e'", "名 ", "t$", "1from ", "[1] ", "(1,'a','b'),", "table t ",
        "as 'x' ", "as x ", "is distinct from ", "into temp t ", "grant select on a, b to c;", "truncate a, b;",
        "explain ", "do ", "only (", "(like x,", "union all ", "secretx ", "s     s", "inxs ", "\n'", "\n;", "\"\n",
        "SELECT a, b FROM t WHERE x = 'value' AND y > 10 OR ", "\"users\".\"id\", ", "\r\n",
        "/*/*", "*/", "/*/", "/*a*/b", "a.b.c.d.", "with a as (", ", b as (select", ")", ",,,", "e'\\'", "U&'\\", "$a",
        "$a$", "$aaaaaaaa", "'\\\\'", "from a.b.c.d,", "from \"a\".\"b\",", "from U&\"\\0061\",", "from only (",
        "from (",
        "join lateral (", "from f(1),", "\t", "\u{0}", "\u{7F}", "é", "😀", "\\\\\\\"", "u0001", "secrets ", "Secrets.",
        "'secrets'", "& ", "&\"", "u&\"", ";u", ";--\n", ";/**/", "insert into t ", "delete from t ", "on ", "as 'a' ",
        "column a.b.c ", "create table a (like b,", "references a ", "inherits (a, b)", "partition of a ",
        "rows from (",
        "from U&\"a\" uescape '!',", "within group (", "for share ", "nextval('a') ", "begin;", "{", "~", "__ ", "][",
        "from a_name_that_is_longer_than_a_block_of_bytes_and_than_sixty_three_bytes_at_least, ",
    ]

    /// No text at all takes more fuel than there is: a call without fuel lets the query pass.
    @Test(arguments: GuestLibrary.all)
    func noTextRunsOutOfFuel(library: GuestLibrary) async throws {
        // Observers are held to it as well, up to a size.
        let hooks = ["pre_query", "route", "post_query"]
        let module = try await library.skeleton()
        var numbers = SeededNumbers(seed: 11)
        var texts: [String] = []
        for piece in Self.pieces {
            for size in [5_000, 16_384, 65_000] {
                let text = String(repeating: piece, count: size / piece.utf8.count)
                texts += size > 20_000 ? [text + " secrets"] : ["SELECT * FROM orders " + text, text + " FROM secrets"]
            }
        }
        for _ in 0..<50 {
            let some = (0..<3).map { _ in numbers.pick(Self.pieces) }
            texts.append((0..<numbers.pick([2_000, 9_000])).map { _ in numbers.pick(some) }.joined() + " secrets")
        }
        for hook in hooks {
            // One library reads for all hooks: the others get every third text. An observer steps over the query twice, to the
            // outcome; one that fails counts less and lets nothing through.
            let texts = texts.enumerated().filter { number, text in
                hook == "pre_query" || number % 3 == 0 && (hook == "route" || text.utf8.count < 20_000)
            }.map(\.element)
            let calls = texts.map { text -> PluginHost.Call in
                let query = PluginHost.query(text, tables: [], isReadOnly: true)
                return .input(
                    hook, hook == "post_query" ? .array([query, PluginHost.outcome(success: true)]) : query)
            }
            let session = try await PluginHost.run(module, calls)
            for (text, result) in zip(texts, session.results) {
                expect(result["error"] == .null, "\(hook): \(text.utf8.count) bytes of \(text.prefix(60))")
            }
        }
    }

    /// 16,384 bytes are examined whatever the host has to escape in them, and 65,536 of words whatever their letters.
    @Test(arguments: GuestLibrary.all)
    func muchIsExaminedWhateverItHolds(library: GuestLibrary) async throws {
        let module = try await library.skeleton(hooks: ["pre_query"])
        let escapes = [
            "\n", "\"", "\\", "\u{1}", "\u{1F}", "\u{1}\u{2}", "\u{1}\"", "\u{1}\n", "\u{1}a", "\u{1}aa",
            "\u{1}\u{1}\"",
            "\u{1}\u{1}a", "\u{1}\u{1}\u{1}\"", "\u{1}\"\"", "\u{1}\"a", "\u{1}a\"a", "\u{1}é", "\u{1}😀", "\"é", "\"a",
            "\n\u{1}\u{1}\u{1}\u{1}\u{1}", "\u{1}aaaaaaaaaaaaaaa", "\"aaaaaaaaaaaaaaa", "\\é\u{1}",
        ]
        var numbers = SeededNumbers(seed: 3)
        var texts = escapes.map { (text: $0, bytes: 16_384) }
        for some in [
            ["\u{1}", "\u{2}", "\"", "\n"], ["\u{1}", "a", "b", "\""], ["\u{1}", "\"", "é", "€", "😀", "a", "\n"],
        ] {
            texts.append(((0..<4_000).map { _ in numbers.pick(some) }.joined(), 16_384))
        }
        for words in ["x ", "s", "ss ", "as ", "s t ", "secret ", "é", "a, ", "1 ", "'a' ", "SELECT 1 ", "& "] {
            texts.append((words, 65_536))
        }
        let calls = texts.map { text, bytes -> PluginHost.Call in
            var query = "SELECT 1 ", size = query.utf8.count
            while let next = Optional(text), size + next.utf8.count <= bytes {
                query += next
                size += next.utf8.count
            }
            return .input(
                "pre_query", PluginHost.query(query + String(repeating: " ", count: bytes - size), tables: []))
        }
        let session = try await PluginHost.run(module, calls)
        for ((text, bytes), result) in zip(texts, session.results) {
            let action = result["output"]?["action"]?.string
            expect(
                action == "continue", "\(bytes) bytes of \(text.prefix(20).debugDescription): \(result.compactText)")
        }
    }

    /// Every other text that a hook is told may be long as well, whoever wrote it: 64 KB of what is dear to step over.
    @Test(arguments: GuestLibrary.all)
    func noFieldRunsOutOfFuel(library: GuestLibrary) async throws {
        let module = try await library.skeleton()
        var calls: [PluginHost.Call] = [], names: [String] = []
        for hook in HostProfile.standard.calledHooks {
            for (number, record) in hook.records.enumerated() {
                for field in record.fields where field.kind == .text && field.name != "query" {
                    for piece in ["a", "\n", "\"", "\\", "\u{1}", "é", "a\n", "\\\"", "/"] {
                        let text = JSONValue.string(String(repeating: piece, count: 65_536 / piece.utf8.count))
                        let records = hook.records.enumerated().map { other, record in
                            Self.record(record, other == number ? (field.name, text) : ("", .null))
                        }
                        calls.append(.input(hook.name, hook.isArray ? .array(records) : records[0]))
                        names.append("\(field.name) with \(piece)")
                    }
                }
            }
        }
        expect(calls.count > 150)
        let session = try await PluginHost.run(module, calls)
        for (name, result) in zip(names, session.results) { expect(result["error"] == .null, "\(name)") }
    }

    /// A record as the host sends it, with one field of another value.
    private static func record(_ record: InputRecord, _ other: (name: String, value: JSONValue)) -> JSONValue {
        var members: [JSONValue.Member] = []
        for container in [nil] + Array(Set(record.fields.compactMap(\.container))) {
            let inside = record.fields.filter { $0.container == container }.map { field in
                JSONValue.Member(
                    field.name,
                    field.name == other.name
                        ? other.value
                        : field.kind == .text ? (field.isOptional ? .null : .string("SELECT 1")) : .array([]))
            }
            members += container.map { [JSONValue.Member($0, .object(inside))] } ?? inside
        }
        return .object(members)
    }

    /// What must be examined, not just blocked: 64 KB of plain SQL, 16 KB of what JSON escapes.
    @Test(arguments: GuestLibrary.all)
    func largeTextsAreExamined(library: GuestLibrary) async throws {
        let module = try await library.skeleton(hooks: ["pre_query"])
        func repeated(_ piece: String, after start: String, bytes: Int) -> String {
            start + String(repeating: piece, count: (bytes - start.utf8.count) / piece.utf8.count)
        }
        let plain: [String] = [
            PluginHost.sql(bytes: 65_536), repeated("x", after: "SELECT '", bytes: 65_535) + "'",
            repeated("(1,'abc',2.5),", after: "INSERT INTO orders VALUES ", bytes: 65_500) + "(1,'abc',2.5)",
            repeated("\"orders\".\"id\", ", after: "SELECT ", bytes: 10_000) + "1",
        ]
        let escaped: [String] = [
            "\n", "\"", "\\", "\u{1}", "\t", "\r\n", "\"\"", "a\"", "a\n", "ab\n", "a\t\n", "é\n", "    \r\n",
            "\"a\".\"b\", ",
            "a, b\n", "\"\\\n\té☃😀 ab",
        ].map { String(repeating: $0, count: 16_363 / $0.utf8.count) }
        let texts = plain + escaped.map { "SELECT * FROM orders " + $0 }
        let guarded = escaped.map { "SELECT * FROM secrets " + $0 }
        let session = try await PluginHost.run(
            module,
            (texts + guarded).map { .input("pre_query", PluginHost.query($0, tables: [], isReadOnly: true)) })
        for (text, result) in zip(texts + guarded, session.results) {
            let isGuarded = text.hasPrefix("SELECT * FROM secrets")
            expect(
                result["output"]?["action"]?.string == (isGuarded ? "block" : "continue"),
                "\(text.utf8.count) bytes: \(text.prefix(40)) \(result.compactText)")
        }
    }

    /// What comes first may take all the fuel there is: what stands behind it has then not been examined.
    @Test(arguments: GuestLibrary.all)
    func noBeginningHidesATable(library: GuestLibrary) async throws {
        let module = try await library.skeleton(hooks: ["pre_query"])
        var texts: [String] = []
        for piece in ["a\t\n", "a\"", "\n", "\u{1}a", "\u{1}\"", "\\a", "x"] {
            for size in stride(from: 2_000, through: 20_000, by: 1_000) {
                let filler = String(repeating: piece, count: size / piece.utf8.count)
                texts += ["/* \(filler) */ TABLE secrets", "-- \(filler.filter { $0 != "\n" })\nTABLE secrets"]
            }
        }
        // Texts are read in blocks: wherever their borders are, a word is seen. PostgreSQL before 15 reads 1FROM as 1 FROM.
        for size in 0..<70 {
            for last in ["1", "'1'", "\"b\"", "(1)", "1.", "$1", "1 ", "/**/", "a,1"] {
                texts.append("SELECT " + String(repeating: "a", count: size) + "," + last + "FROM secrets")
            }
        }
        let session = try await PluginHost.run(
            module, texts.map { .input("pre_query", PluginHost.query($0, tables: [], isReadOnly: true)) })
        for (text, result) in zip(texts, session.results) {
            expect(
                result["output"]?["action"]?.string == "block",
                "\(text.utf8.count) bytes: \(text.prefix(20)) \(result.compactText)")
        }
    }

    /// Docs/guest-api.md names the same concepts in all languages; each name is in its library.
    @Test(arguments: GuestLibrary.all)
    func theTableOfNamesHolds(library: GuestLibrary) throws {
        let rows = try Disk.text(BuiltProduct.repository + "/Docs/guest-api.md").split(separator: "\n")
            .drop { !$0.hasPrefix("| concept |") }.dropFirst(2).prefix { $0.hasPrefix("| ") }
            .map { $0.split(separator: "|", omittingEmptySubsequences: false).dropFirst().map(String.init) }
        expect(rows.count > 35)
        let column = try #require(["swift": 1, "rust": 2, "c": 3, "cpp": 4, "zig": 5][library.template])
        let folder = BuiltProduct.repository + "/Templates/\(library.template)/files"
        let text = try Disk.tree(folder).filter { $0.key.lowercased().contains("sdk") }
            .map { String(decoding: $0.value, as: UTF8.self) }.joined(separator: "\n")
        func isOfWord(_ character: Character) -> Bool { character == "_" || character.isLetter || character.isNumber }
        let words = Set(text.split { !isOfWord($0) })
        for row in rows {
            let names = row[column].split(separator: "`").map(String.init).filter { !$0.allSatisfy { $0 == " " } }
            expect(!names.isEmpty, "\(row)")
            for name in names {
                expect(words.contains(name.prefix(while: isOfWord)), "\(library.template) has no \(name), of \(row[0])")
            }
        }
    }

    /// What the host profile names is what the libraries read and write: a new field there must be added to each.
    @Test(arguments: GuestLibrary.all)
    func everyFieldOfTheProfileIsInTheLibrary(library: GuestLibrary) throws {
        expect(try Self.lacks(library, .standard) == [])
    }

    /// A profile that has a field, an answer or an action more is noticed for every language.
    @Test(arguments: GuestLibrary.all)
    func aNewFieldOfAProfileIsNoticed(library: GuestLibrary) throws {
        for (changes, name) in [
            (#"{"records": {"context": {"shard_no": {"type": "count", "example": 1}}}}"#, "shard_no"),
            (#"{"records": {"outcome": {"rows_sent": {"type": "count", "example": 1}}}}"#, "rows_sent"),
            (#"{"records": {"request": {"tls_name": {"in": "client", "type": "text", "example": ""}}}}"#, "tls_name"),
            (
                #"{"hooks": {"route": {"answer": {"fields": {"weight": {"type": "text", "optional": true}}}}}}"#,
                "weight"
            ),
            (#"{"hooks": {"pre_query": {"answer": {"actions": {"delay": {"does": "waits"}}}}}}"#, "delay"),
        ] {
            let fork = try HostProfile.standard.merging(try JSONDocument(parsing: changes).root.value)
            let lacks = try Self.lacks(library, fork)
            expect(lacks.contains { $0.contains(name) }, "\(library.template) does not lack \(name): \(lacks)")
        }
    }

    /// What a host profile names and a library neither reads nor writes, in words.
    private static func lacks(_ library: GuestLibrary, _ profile: HostProfile) throws -> [String] {
        let text = try LibraryText.read(library.template)
        var names: Set<String> = [], fields = 0, lacks: [String] = []
        for hook in profile.calledHooks {
            for field in hook.records.flatMap(\.fields) {
                fields += 1
                names.formUnion([field.name] + (field.container.map { [$0] } ?? []))
                if let events = text.events, !events.contains(field.name) {
                    lacks.append("an event with \(field.name)")
                }
                guard let dress = text.dress else { continue }
                let functions = text.functions.filter { $0.quoted.contains(field.name) }.map(\.name)
                if functions.isEmpty { lacks.append("a function of the C library that reads \(field.name)") }
                if !functions.contains(where: { dress.contains($0 + "(") }) {
                    lacks.append("\(functions) for \(field.name) in its own dress")
                }
            }
            names.formUnion(hook.answer?.fields.map(\.name) ?? [])
            for action in hook.answer?.actions ?? [] {
                names.insert(action.name)
                names.formUnion(action.payload?.fields.map(\.name) ?? [])
            }
        }
        expect(fields > 20 && names.count > 35, "\(names)")
        return lacks + names.subtracting(text.quoted).sorted().map { "what reads or writes \($0)" }
    }

    /// What stands in the sources of a template's library, but for its tests.
    private struct LibraryText {
        /// Whatever stands between two quotes, or between escaped ones.
        let quoted: Set<String>
        /// What is quoted in the file of events of a language with a library of its own.
        let events: Set<String>?
        /// The own file of a language over the C library, which must name the C function.
        let dress: String?
        /// The functions of the C library, with what is quoted in them.
        let functions: [(name: String, quoted: Set<String>)]

        static func read(_ template: String) throws -> LibraryText {
            let files = try Disk.tree(BuiltProduct.repository + "/Templates/\(template)/files")
                .filter { $0.key.contains("sdk/") || $0.key.hasPrefix("Sources/") }
            func text(_ isIncluded: (String) -> Bool) -> String {
                files.filter { isIncluded($0.key) }.map { String(decoding: $0.value, as: UTF8.self) }.joined(
                    separator: "\n")
            }
            func quoted(_ text: some StringProtocol) -> Set<String> {
                let pieces = text.utf8.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
                return Set(pieces.dropFirst().dropLast().map { String(decoding: $0, as: UTF8.self) })
            }
            let all = text { !$0.contains("test") }
            let events = text { $0.hasSuffix("Events.swift") || $0.hasSuffix("events.rs") }
            let dress = text { $0.hasSuffix("plugin.hpp") || $0.hasSuffix("plugin.zig") }
            return LibraryText(
                quoted: Set(quoted(all).map { $0.hasSuffix("\\") ? String($0.dropLast()) : $0 }),
                events: events.isEmpty ? nil : quoted(events), dress: dress.isEmpty ? nil : dress,
                functions: all.matches(of: /(plugin_\w+)\([^)]*\)\s*\{([^}]*)/).map { (String($0.1), quoted($0.2)) })
        }
    }

    /// The skeleton's own tests, natively, under AddressSanitizer; and the code is formatted as its configuration says.
    @Test(arguments: ["c", "cpp"])
    func theSkeletonsOwnTestsPass(template: String) async throws {
        let kit = Kit().with("TMPDIR", Scratch.path("tmp"))
        try Disk.makeFolder(Scratch.path("tmp"))
        let made = try await kit.run(
            ["new", "guard", "--template", template] + Workshop.allHooks.flatMap { ["--hook", $0] })
        expect(made.status == 0, "\(made.transcript)")
        let folder = Scratch.path("guard")
        let tests = try await Program("sh").run([folder + "/tests/run.sh"])
        expect(tests.status == 0 && tests.output.contains(" 0 failed"), "\(tests.transcript)")
        expect(tests.errors.isEmpty, "\(tests.errors)")
        let sources = try Disk.tree(folder).keys.filter { name in
            [".c", ".h", ".cpp", ".hpp"].contains { name.hasSuffix($0) }
        }.sorted()
        expect(sources.count >= 9, "\(sources)")
        let format = try await Program("clang-format").run(
            ["--dry-run", "-Werror"] + sources.map { folder + "/" + $0 })
        expect(format.status == 0, "\(format.transcript)")
    }

    /// Words, marks and halves of them, from which texts are made that nobody would write.
    private static let scraps = [
        "'", "\"", "$$", "$t$", "--", "\n", "/*", "*/", "\\", "e'", "u&\"", "u&'", "from", "a", " ", "(", ")", "[", "]",
        ",",
        ".", ";", "with", " as", "1", "select ", "update", "é", "do", "$1", "$", "join", "into", "is", "not", "table",
        "\u{1}", "x", "only", "\t", "secrets", "SECRETS", "order", "where", "union", "distinct", "on", "to", "create ",
        "grant", "a_name_that_is_longer_than_a_block_of_bytes", "0123456789", "'a'", "\"b\"", "(1,2)", "''", "||",
        "a$b$c",
        "1from", "t1from", "rows", "using", "delete ", "merge ", "insert ", "values", "-", "/", "uescape", "_x", "=",
        "::",
        "e", "u", "E'\\''", "--x\n", "/*x*/",
    ]

    /// In a module bytes are classified 16 at a time, natively one by one: both read the same, and nothing beyond the end.
    @Test func theModuleReadsAsTheNativeBuildDoes() async throws {
        let library = try #require(GuestLibrary.all.first { $0.template == "c" })
        let folder = try await library.reportingPlugin(), native = Scratch.path("native")
        let compiled = try await Program("clang").run([
            "-std=c11", "-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fuse-ld=lld",
            "-I", folder, "-o", native, Self.fixtures + "/sql/native.c", folder + "/plugin.c",
            folder + "/sdk/guest.c", folder + "/sdk/sql.c",
        ])
        expect(compiled.status == 0, "\(compiled.transcript)")
        let seed = UInt64.random(in: 0..<1_000_000)
        var numbers = SeededNumbers(seed: seed)
        let inputs = (0..<3000).map { _ -> String in
            var sql = numbers.once(in: 2) ? "SELECT * FROM " : ""
            for _ in 0..<numbers.pick([5, 12, 30, 80]) {
                sql += numbers.pick(Self.scraps) + (numbers.once(in: 3) ? " " : "")
            }
            return PluginHost.query(sql, tables: [], isReadOnly: true).compactText
        }
        let answers = try await Program(native, environment: ["ASAN_OPTIONS": "detect_leaks=0"])
            .run([], input: inputs.joined(separator: "\n") + "\n")
        expect(answers.status == 0, "seed \(seed): \(answers.errors.prefix(2000))")
        let lines = answers.output.split(separator: "\n", omittingEmptySubsequences: false)
        let module = folder + "/dist/guard.wasm"
        let session = try await PluginHost.run(module, inputs.map { .raw("pre_query", $0) })
        for (number, result) in session.results.enumerated() where result["error"] == .null {
            expect(result["output_text"]?.string == String(lines[number]), "seed \(seed): \(inputs[number])")
        }
    }

    /// The C++ template carries the C library as it is.
    @Test func bothTemplatesShareTheCLibrary() throws {
        let templates = BuiltProduct.repository + "/Templates"
        for name in ["guest.c", "sql.c", "internal.h", "plugin.h"] {
            expect(
                try Disk.read("\(templates)/c/files/sdk/\(name)") == Disk.read("\(templates)/cpp/files/sdk/\(name)"),
                "copy Templates/c/files/sdk/\(name) to Templates/cpp/files/sdk")
        }
    }

    /// The SDK's own tests and the skeleton's, natively; no compiler, formatter or linter has anything to say.
    @Test func theRustSkeletonIsModelCode() async throws {
        let kit = Kit()
        // Inside another workspace, and with an output folder of somebody else's choice.
        try Disk.write(Scratch.path("Cargo.toml"), "[workspace]\nmembers = [\"other\"]\n")
        try Disk.write(Scratch.path(".cargo/config.toml"), "[build]\ntarget-dir = \"elsewhere\"\n")
        let made = try await kit.run(
            ["new", "0guard", "--template", "rust"] + Workshop.allHooks.flatMap { ["--hook", $0] })
        expect(made.status == 0, "\(made.transcript)")
        let plugin = kit.inside(Scratch.path("0guard"))
        let package = try Disk.text(plugin.folder + "/Cargo.toml")
        expect(package.hasPrefix("[package]\nname = \"pdk-0guard\"\nversion = \"0.1.0\"\n"))
        let built = try await plugin.run("build")
        expect(built.status == 0 && !built.transcript.contains("warning"), "\(built.transcript)")
        expect(Disk.exists(plugin.folder + "/target/wasm32-unknown-unknown/release/plugin.wasm"))
        expect(!Disk.exists(Scratch.path("elsewhere")))
        for arguments in [
            ["test", "--offline", "--workspace", "--quiet"], ["fmt", "--all", "--check"],
            ["clippy", "--offline", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"],
        ] {
            let run = try await Cargo.run(arguments, in: plugin.folder)
            expect(run.status == 0, "\(run.transcript)")
            expect(!run.errors.contains("warning"), "\(run.transcript)")
        }
    }

    /// The SDK's own tests and the skeleton's, natively, and the formatter.
    @Test func theZigSkeletonsOwnTestsPass() async throws {
        let kit = Kit()
        let made = try await kit.run(
            ["new", "guard", "--template", "zig"] + Workshop.allHooks.flatMap { ["--hook", $0] })
        expect(made.status == 0, "\(made.transcript)")
        for arguments in [["fmt", "--check", "."], ["test", "tests.zig", "sdk/guest.c", "sdk/sql.c"]] {
            let run = try await kit.inside(Scratch.path("guard")).tool("zig").run(arguments)
            expect(run.status == 0, "\(run.transcript)")
        }
        let library = try Disk.tree(BuiltProduct.repository + "/Templates/c/files/sdk")
        let copy = try Disk.tree(BuiltProduct.repository + "/Templates/zig/files/sdk")
        for (name, bytes) in library { expect(copy[name] == bytes, "copy Templates/c/files/sdk/\(name)") }
    }

    /// The same module from clang 14 and from Swift's, and whether or not a wasm-opt is in PATH.
    @Test(arguments: ["clang", "clang-14"])
    func aWasmOptInPathMakesNoDifference(compiler: String) async throws {
        let kit = Kit().with("TMPDIR", Scratch.path("tmp"))
        try Disk.makeFolder(Scratch.path("tmp"))
        try await kit.done("new", "guard", "--template", "c")
        let plugin = kit.inside(Scratch.path("guard"))
        let manifest = try Disk.text(plugin.folder + "/plugin.yaml")
        try Disk.write(
            plugin.folder + "/plugin.yaml", manifest.replacingOccurrences(of: "clang --", with: compiler + " --"))
        try await plugin.done("build")
        let module = try Disk.read(plugin.folder + "/dist/guard.wasm")
        try Disk.write(Scratch.path("bin/wasm-opt"), "#!/bin/sh\nexit 3\n")
        try Disk.setMode(Scratch.path("bin/wasm-opt"), 0o755)
        let path = try #require(ProcessInfo.processInfo.environment["PATH"])
        try await plugin.with("PATH", Scratch.path("bin") + ":" + path).done("build")
        expect(try Disk.read(plugin.folder + "/dist/guard.wasm") == module)
        expect(try await plugin.document("check")["errors"]?.int == 0)
    }
}
