import Authoring
import Contract
import Testing

/// The whole document that a short form becomes.
struct HookInputTests {
    private func fill(_ short: String, _ hook: Hook) throws -> String {
        try HookInput.fill(JSONDocument(parsing: short).root.value, for: hook).compactText
    }

    @Test func anEmptyFormBecomesAWholeContext() throws {
        let context =
            #"{"query":"","normalized":"","tables":[],"is_read_only":false,"hook_context":{"request_id":"request-1","#
            + #""client_id":null,"identity":null,"database":null,"branch":null,"attributes":{}}}"#
        #expect(try fill("{}", .preQuery) == context)
        #expect(try fill("{}", .route) == context)
        #expect(
            try fill("{}", .postQuery) == "[\(context),"
                + #"{"success":true,"target_node":null,"elapsed_us":1000,"response_bytes":0,"error":null}]"#)
        #expect(
            try fill("{}", .authenticate)
                == #"{"headers":{},"username":null,"password":null,"client_ip":"127.0.0.1","database":null}"#)
    }

    @Test func whatIsGivenStands() throws {
        let short =
            #"{"query":"Q","normalized":"N","tables":["t"],"is_read_only":true,"request_id":"r","client_id":"c","#
            + #""identity":"i","database":"d","branch":"b","attributes":{"a":"1"}}"#
        #expect(
            try fill(short, .preQuery)
                == #"{"query":"Q","normalized":"N","tables":["t"],"is_read_only":true,"hook_context":{"request_id":"r","#
                + #""client_id":"c","identity":"i","database":"d","branch":"b","attributes":{"a":"1"}}}"#)
        let outcome = #"{"success":false,"target_node":"n","elapsed_us":7,"response_bytes":8,"error":"e"}"#
        #expect(try fill(#"{"outcome":\#(outcome)}"#, .postQuery).hasSuffix("," + outcome + "]"))
        let request = #"{"headers":{"h":"v"},"username":"u","password":"p","client_ip":"::1","database":"d"}"#
        #expect(try fill(request, .authenticate) == request)
    }

    @Test(arguments: [
        ("SELECT * FROM orders", #"["orders"]"#, true),
        ("select * from a, b join public.c on 1=1", #"["a","public.c"]"#, true),
        ("INSERT INTO \"t\" SELECT 1", #"["t"]"#, false),
        ("update u set x = (select 1 from u)", #"["u"]"#, false),
        ("DROP TABLE gone;", #"["gone"]"#, false),
        ("with x as (select 1) select * from x", #"["x"]"#, true),
        ("", "[]", false), ("FROM", "[]", false),
    ])
    func tablesAndReadingAreGuessed(query: String, tables: String, isReadOnly: Bool) throws {
        let whole = try HookInput.fill(.object(["query": .string(query)]), for: .preQuery)
        #expect(whole["tables"]?.compactText == tables)
        #expect(whole["is_read_only"] == .bool(isReadOnly))
        #expect(whole["normalized"] == .string(query))
    }

    @Test(arguments: [
        (Hook.preQuery, #"{"sql":"SELECT 1"}"#, "the input of pre_query has no 'sql'"),
        (Hook.preQuery, #"{"outcome":{}}"#, "the input of pre_query has no 'outcome'"),
        (Hook.authenticate, #"{"query":""}"#, "the input of authenticate has no 'query'"),
        (Hook.postQuery, #"{"outcome":{"failed":true}}"#, "the outcome has no 'failed'"),
        (Hook.postQuery, #"{"outcome":true}"#, "the outcome is not a mapping"),
        (Hook.preQuery, "[]", "the input is not a mapping"),
        (Hook.preQuery, #""SELECT 1""#, "the input is not a mapping"),
        (Hook.preQuery, #"{"query":1}"#, "'query' is not a text"),
        (Hook.preQuery, #"{"normalized":null}"#, "'normalized' is not a text"),
        (Hook.preQuery, #"{"request_id":null}"#, "'request_id' is not a text"),
        (Hook.preQuery, #"{"identity":42}"#, "'identity' is not a text or null"),
        (Hook.preQuery, #"{"tables":"t"}"#, "'tables' is not a list of texts"),
        (Hook.preQuery, #"{"tables":[1]}"#, "'tables' is not a list of texts"),
        (Hook.preQuery, #"{"is_read_only":"yes"}"#, "'is_read_only' is not true or false"),
        (Hook.preQuery, #"{"attributes":{"a":1}}"#, "'attributes' is not a mapping of texts"),
        (Hook.authenticate, #"{"headers":[]}"#, "'headers' is not a mapping of texts"),
        (Hook.authenticate, #"{"client_ip":null}"#, "'client_ip' is not a text"),
        (Hook.postQuery, #"{"outcome":{"elapsed_us":-1}}"#, "'elapsed_us' is not a whole number from 0"),
        (Hook.postQuery, #"{"outcome":{"response_bytes":1.5}}"#, "'response_bytes' is not a whole number from 0"),
        (Hook.postQuery, #"{"outcome":{"success":null}}"#, "'success' is not true or false"),
    ])
    func whatTheHostNeverSendsIsRefused(hook: Hook, short: String, reason: String) throws {
        let value = try JSONDocument(parsing: short).root.value
        let failure = #expect(throws: HookInput.Failure.self) { try HookInput.fill(value, for: hook) }
        #expect(failure?.description.hasPrefix(reason) == true, "\(failure?.description ?? "")")
    }
}
