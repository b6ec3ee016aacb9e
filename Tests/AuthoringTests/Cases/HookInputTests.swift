import Authoring
import Contract
import Foundation
import TestSupport
import Testing

/// The whole document that a short form becomes.
struct HookInputTests {
    private func fill(_ short: String, _ hook: Hook) throws -> HookInput {
        try HookInput(JSONDocument(parsing: short).root.value, for: hook)
    }

    private static let fixtures = BuiltProduct.repository + "/Tests/Fixtures/host-1.5"

    /// What the host sent for a query is what the kit sends for it, byte for byte but for times and addresses.
    @Test func theRecordedInputsAreMade() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.fixtures + "/inputs").sorted()
        expect(files.count, is: 16)
        for file in files {
            let recorded = try String(contentsOfFile: Self.fixtures + "/inputs/" + file, encoding: .utf8)
                .trimmingCharacters(in: .newlines)
            let hook = try #require(HostProfile.standard.hook(named: String(file.split(separator: ".")[1])))
            let root = try JSONDocument(parsing: recorded).root
            let context = hook.isArray ? root.elements[0] : root
            var short: [JSONValue.Member] = []
            for field in hook.records[0].fields where field.isReal {
                let place = field.container.map { context[$0]?[field.name] } ?? context[field.name]
                short.append(.init(field.name, try #require(place).value))
            }
            if hook.isArray { short.append(.init("outcome", root.elements[1].value)) }
            let made = try HookInput(.object(short), for: hook)
            expect(made.text, is: recorded, "\(file)")
            expect(made.assumptions.isEmpty)
            expect(HookInput.assumptions(in: Array(recorded.utf8), for: hook, limit: 1 << 20).isEmpty, "\(file)")
        }
    }

    /// A whole input is looked through for what the host never sends; what is no such document says nothing.
    @Test func wholeInputsAreComparedWithTheHosts() {
        func fields(_ text: String, _ hook: Hook = .preQuery) -> [String] {
            HookInput.assumptions(in: Array(text.utf8), for: hook, limit: 1 << 20).map(\.field)
        }
        expect(fields(#"{"query":"Q","tables":["t"]}"#), is: ["tables"])
        expect(fields(#"{"query":"DELETE","is_read_only":true}"#), is: ["is_read_only"])
        expect(fields(#"{"query":"Q","hook_context":{"identity":"x","client_id":"c"}}"#), is: ["identity"])
        expect(fields(#"[{"query":"Q","normalized":"q"},{"success":false}]"#, .postQuery), is: ["normalized"])
        expect(fields(#"{"username":"u","headers":{"a":"b"}}"#, .authenticate), is: ["headers"])
        expect(fields(#"{"query":"Q"}"#).isEmpty && fields(#"{"query":"Q","more":1}"#).isEmpty)
        expect(fields("{").isEmpty && fields("[]").isEmpty && fields(#"{"tables":5}"#).isEmpty)
        expect(fields(#"{"tables":["t"]}"#, .postQuery).isEmpty)
    }

    @Test func theFlagOfReadingIsTheHosts() throws {
        let lines = try String(contentsOfFile: Self.fixtures + "/is-read-only.tsv", encoding: .utf8)
            .split(separator: "\n").filter { !$0.hasPrefix("#") }
        expect(lines.count, is: 68)
        for line in lines {
            let parts = line.split(separator: "\t")
            let query = try JSONDocument(parsing: String(parts[0])).root.value
            let made = try HookInput(.object(["query": query]), for: .preQuery)
            expect(made.document["is_read_only"], is: .bool(parts[1] == "true"), "\(line)")
            expect(made.document["normalized"], is: query)
        }
    }

    @Test func anEmptyFormBecomesAWholeContext() throws {
        let context =
            #"{"query":"","normalized":"","tables":[],"is_read_only":true,"hook_context":{"request_id":"#
            + #""00000000-0000-4000-8000-000000000001","client_id":"00000000-0000-4000-8000-000000000002","#
            + #""identity":null,"database":null,"branch":null,"attributes":{}}}"#
        expect(try fill("{}", .preQuery).text, is: context)
        expect(try fill("{}", .route).text, is: context)
        expect(
            try fill("{}", .postQuery).text,
            is: "[\(context),"
                + #"{"success":true,"target_node":"127.0.0.1:5432","elapsed_us":1000,"response_bytes":64,"error":null}]"#
        )
        expect(
            try fill("{}", .authenticate).text,
            is: #"{"headers":{},"username":"postgres","password":null,"client_ip":"127.0.0.1","database":"postgres"}"#
        )
    }

    @Test func whatTheHostNeverSendsStandsAndIsNamed() throws {
        let short =
            #"{"query":"Q","normalized":"N","tables":["t"],"is_read_only":false,"request_id":"r","client_id":"c","#
            + #""identity":"i","database":"d","branch":"b","attributes":{"a":"1"}}"#
        let made = try fill(short, .preQuery)
        expect(
            made.text,
            is: #"{"query":"Q","normalized":"N","tables":["t"],"is_read_only":false,"hook_context":{"request_id":"r","#
                + #""client_id":"c","identity":"i","database":"d","branch":"b","attributes":{"a":"1"}}}"#)
        expect(
            made.assumptions.map(\.field),
            is: ["normalized", "tables", "is_read_only", "identity", "database", "branch", "attributes"])
        expect(made.assumptions[1].words, is: #"'tables' is ["t"], but the host sends []"#)
        let outcome = #"{"success":false,"target_node":"n","elapsed_us":7,"response_bytes":8,"error":"e"}"#
        let later = try fill(#"{"outcome":\#(outcome)}"#, .postQuery)
        expect(later.text.hasSuffix("," + outcome + "]") && later.assumptions.isEmpty)
        let request = #"{"headers":{"h":"v"},"username":"u","password":"p","client_ip":"::1","database":"d"}"#
        let login = try fill(request, .authenticate)
        expect(login.text == request && login.assumptions.map(\.field) == ["headers", "password"])
    }

    @Test func whatTheHostSendsAnywayIsNoAssumption() throws {
        let same =
            #"{"query":"DELETE FROM t","normalized":"DELETE FROM t","tables":[],"is_read_only":false,"identity":null}"#
        expect(try fill(same, .preQuery).assumptions.isEmpty)
    }

    /// A host that does name tables: a profile of its own.
    @Test(arguments: [
        ("SELECT * FROM orders", #"["orders"]"#), ("select * from a, b join public.c on 1=1", #"["a","public.c"]"#),
        ("INSERT INTO \"t\" SELECT 1", #"["t"]"#), ("update u set x = (select 1 from u)", #"["u"]"#),
        ("DROP TABLE gone;", #"["gone"]"#), ("", "[]"), ("FROM", "[]"),
    ])
    func tablesAreDerivedWhereAHostNamesThem(query: String, tables: String) throws {
        let changes = #"{"records":{"context":{"tables":{"holds":"tables","of":"query"}}}}"#
        let fork = try HostProfile.standard.merging(JSONDocument(parsing: changes).root.value)
        let hook = try #require(fork.hook(named: "pre_query"))
        let made = try HookInput(.object(["query": .string(query)]), for: hook)
        expect(made.document["tables"]?.compactText, is: tables)
    }

    @Test func manyTablesTakeLinearTime() throws {
        let query = "SELECT 1 " + (0..<200_000).map { "FROM t\($0) " }.joined()
        let clock = ContinuousClock()
        let taken = clock.measure { expect(NamedTables(query).names.count, is: 200_000) }
        expect(taken < .seconds(20), "\(taken)")
    }

    @Test(arguments: [
        (Hook.preQuery, #"{"sql":"SELECT 1"}"#, "the input of pre_query has no 'sql'"),
        (Hook.preQuery, #"{"outcome":{}}"#, "the input of pre_query has no 'outcome'"),
        (Hook.authenticate, #"{"query":""}"#, "the input of authenticate has no 'query'"),
        (Hook.postQuery, #"{"outcome":{"failed":true}}"#, "the outcome has no 'failed'"),
        (Hook.postQuery, #"{"outcome":true}"#, "the outcome is not a mapping"),
        (Hook.preQuery, "[]", "the input is not a mapping"),
        (Hook.preQuery, #""SELECT 1""#, "the input is not a mapping"),
        (Hook.preQuery, #"{"query":1}"#, "'query' is not a string"),
        (Hook.preQuery, #"{"normalized":null}"#, "'normalized' is not a string"),
        (Hook.preQuery, #"{"request_id":null}"#, "'request_id' is not a string"),
        (Hook.preQuery, #"{"identity":42}"#, "'identity' is not a string or null"),
        (Hook.preQuery, #"{"tables":"t"}"#, "'tables' is not a list of strings"),
        (Hook.preQuery, #"{"tables":[1]}"#, "'tables' is not a list of strings"),
        (Hook.preQuery, #"{"is_read_only":"yes"}"#, "'is_read_only' is not true or false"),
        (Hook.preQuery, #"{"attributes":{"a":1}}"#, "'attributes' is not a mapping of strings"),
        (Hook.authenticate, #"{"headers":[]}"#, "'headers' is not a mapping of strings"),
        (Hook.authenticate, #"{"client_ip":null}"#, "'client_ip' is not a string"),
        (Hook.postQuery, #"{"outcome":{"elapsed_us":-1}}"#, "'elapsed_us' is not a whole number from 0"),
        (Hook.postQuery, #"{"outcome":{"response_bytes":1.5}}"#, "'response_bytes' is not a whole number from 0"),
        (Hook.postQuery, #"{"outcome":{"success":null}}"#, "'success' is not true or false"),
    ])
    func whatTheHostNeverSendsIsRefused(hook: Hook, short: String, reason: String) throws {
        let value = try JSONDocument(parsing: short).root.value
        let failure = #expect(throws: HookInput.Failure.self) { try HookInput(value, for: hook) }
        expect(failure?.description.hasPrefix(reason), is: true, "\(failure?.description ?? "")")
    }
}
