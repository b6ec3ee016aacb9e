import PluginSDK
import Testing

/// A query context as the host writes it, `%` standing for the query's JSON string.
private func context(_ query: Text) -> Text {
    Text(joining: [
        #"{"query":"#, query, #","normalized":"SELECT ?","tables":["orders","public.items"],"is_read_only":true,"#,
        #""hook_context":{"request_id":"r1","client_id":"c1","identity":null,"database":"shop","branch":null,"#,
        #""attributes":{"tenant_id":"acme","a\"b":"quoted"}}}"#,
    ])
}

@Suite struct EventTests {
    @Test func readsAWholeQueryContext() {
        let query = Query(json: JSON(context(#""SELECT 1""#)))
        #expect(query.sql.text == "SELECT 1")
        #expect(query.normalized.text == "SELECT ?")
        #expect(query.hostTables == ["orders", "public.items"])
        #expect(query.hostIsReadOnly)
        #expect(query.requestID.text == "r1" && query.clientID.text == "c1" && query.database.text == "shop")
        #expect(!query.identity.exists && query.identity.text == nil && !query.branch.exists)
        #expect(query.attribute("tenant_id").text == "acme" && query.attribute("a\"b").text == "quoted")
        #expect(!query.attribute("other").exists)
    }

    @Test func shortTextsAreReadAndLongOnesLeft() {
        let field = Query(json: JSON(context(#""a\nb""#))).sql
        #expect(field.exists && field.size == 4)
        #expect(field.text(upTo: 3) == "a\nb" && field.text(upTo: 2) == nil && field.text(upTo: 0) == nil)
        let missing = Query(json: JSON("{}")).sql
        #expect(!missing.exists && missing.size == 0 && missing.text(upTo: 100) == nil)
        #expect(Query(json: JSON("{}")).touches("secrets", within: 100) == .unknown)
    }

    @Test(arguments: [#"""#, #"\\"#, #"\""#, #"\n"#, #"\n\n"#, #"\"\\"#, #"\u0041"#, #"\u001f"#, #"\\\\"#])
    func stringsEndWhereTheyEnd(piece: String) {
        // However the escapes fall on the bytes that are read at once. A quote alone ends the string early.
        for lead in 0..<36 {
            for tail in [0, 1, 2, 15, 16, 17, 31, 32, 33] {
                let inside = String(repeating: "x", count: lead) + piece + String(repeating: "y", count: tail)
                let query = Query(json: JSON(context(Text("\"" + inside + "\""))))
                #expect(query.sql.exists && (query.database.text == "shop") == (piece != "\""), "\(inside)")
                let cut = Query(json: JSON(Text(joining: [#"{"query":"#, Text("\"" + inside)])))
                #expect(piece == "\"" || cut.sql.text == nil, "\(inside)")
            }
        }
    }

    @Test func orderSpaceAndUnknownFieldsDoNotMatter() {
        let json: Text = #"""
             { "new" : [ 1, { "query" : "}" }, "]\"" ] , "is_read_only" : false,
               "hook_context" : { "attributes" : null, "later": -1.5e3, "database" : "d" },
               "tables" : null, "query" : "q" }
            """#
        let query = Query(json: JSON(json))
        #expect(query.sql.text == "q" && query.hostTables == [] && query.database.text == "d")
        #expect(!query.attribute("x").exists && !query.hostIsReadOnly)
    }

    @Test func readsAnOutcome() {
        let outcome = Outcome(
            json: JSON(
                #"{"success":false,"target_node":"n1","elapsed_us":18,"response_bytes":3000000000,"error":"gone"}"#))
        #expect(!outcome.isForwarded && outcome.targetNode.text == "n1" && outcome.error.text == "gone")
        #expect(outcome.elapsedMicroseconds == 18 && outcome.responseBytes == 3_000_000_000)
    }

    @Test func readsAnAuthenticateRequest() {
        let request = AuthenticateRequest(
            json: JSON(#"{"headers":{"X-Key":"k"},"username":"u","password":null,"client_ip":"::1"}"#))
        #expect(request.header("x-key").text == "k" && !request.header("x").exists)
        #expect(request.username.text == "u" && !request.password.exists)
        #expect(request.clientIP.text == "::1" && !request.database.exists)
    }

    @Test(arguments: [
        "", " ", "null", "[]", "{", "}", "{]", #"{"query"}"#, #"{"query":}"#, "{,}", #"{query:1}"#, #"{"a":[}"#,
        #"{"a":"\"#, #"{"a":1,}"#, "junk", #"{"query":"a"#, #"{"query":"a\"#, #"{"query":7}"#,
    ])
    func malformedInputHasNoQuery(json: String) {
        #expect(Query(json: JSON(Text(json))).sql.text == nil)
        // An observer is called, and finds nothing.
        observe(
            { (query: Query, outcome: Outcome) in
                #expect(query.sql.text == nil && !outcome.isForwarded && outcome.elapsedMicroseconds == 0)
            }, Text(json))
    }

    @Test func anObserverGetsBoth() {
        let long = String(repeating: "SELECT '\n' ", count: 40)
        let sql = QueryDecision.rewrite(Text(long)).json.split(by: #""value":"#)[1].split(by: "}")[0]
        var isSeen = false
        observe(
            { (query: Query, outcome: Outcome) in
                isSeen = query.sql.text == Text(long) && outcome.elapsedMicroseconds == 7
            }, Text(joining: [#"[{"query":"#, sql, #","normalized":"#, sql, #"},{"elapsed_us":7}]"#]))
        #expect(isSeen)
    }
}

@Suite struct AnswerTests {
    @Test(
        arguments: [
            (.continue, #"{"action":"continue"}"#),
            (.rewrite("a\"b\\c\n\u{1}\u{1F}é"), #"{"action":"rewrite","value":"a\"b\\c\u000a\u0001\u001fé"}"#),
            (.block("no"), #"{"action":"block","value":"no"}"#),
            (.cachedRaw(""), #"{"action":"cached","data":[]}"#),
            (.cachedRaw(Text(bytes: [0, 9, 10, 99, 100, 255])), #"{"action":"cached","data":[0,9,10,99,100,255]}"#),
        ] as [(QueryDecision, Text)])
    func queryDecisions(decision: QueryDecision, json: Text) {
        #expect(answer(of: { (_: Query) in decision }, to: "{}") == json)
    }

    @Test func cachedRowsAreWrittenAsTheHostReadsThem() throws {
        let decision = try #require(
            QueryDecision.cached(columns: [Column("id", oid: 23), Column("n")], rows: [["1", nil], ["2", "a\"b"]]))
        guard case .cached(let result) = decision else {
            Issue.record("no result")
            return
        }
        let json = #"{"columns":[{"name":"id","oid":23},{"name":"n","oid":25}],"rows":[["1",null],["2","a\"b"]]}"#
        #expect(
            answer(of: { (_: Query) in decision }, to: "{}")
                == answer(of: { (_: Query) in .cachedRaw(Text(json)) as QueryDecision }, to: "{}"))
        #expect(
            result == CachedResult(columns: [Column("id", oid: 23), Column("n")], rows: [["1", nil], ["2", "a\"b"]]))
        #expect(QueryDecision.cached(columns: [], rows: []) == nil)
        #expect(QueryDecision.cached(columns: [Column("n")], rows: [["1", "2"]]) == nil)
        #expect(QueryDecision.cached(columns: [Column("n")], rows: [[]]) == nil)
    }

    @Test(
        arguments: [
            (.defer, #"{"action":"defer"}"#),
            (.denied("no"), #"{"action":"denied","message":"no"}"#),
            (
                .success(Identity(userID: "1", username: "u")),
                #"{"action":"success","identity":{"user_id":"1","username":"u","roles":[],"tenant_id":null}}"#
            ),
            (
                .success(Identity(userID: "1", username: "u", roles: ["a", "b"], tenantID: "t")),
                #"{"action":"success","identity":{"user_id":"1","username":"u","roles":["a","b"],"tenant_id":"t"}}"#
            ),
        ] as [(AuthenticateDecision, Text)])
    func authDecisions(decision: AuthenticateDecision, json: Text) {
        #expect(answer(of: { (_: AuthenticateRequest) in decision }, to: "{}") == json)
    }

    @Test(
        arguments: [
            (.default, #"{"action":"default"}"#), (.primary, #"{"action":"primary"}"#),
            (.standby, #"{"action":"standby"}"#), (.node("n"), #"{"action":"node","target":"n"}"#),
            (.branch("b"), #"{"action":"branch","target":"b"}"#), (.block("r"), #"{"action":"block","reason":"r"}"#),
        ] as [(RouteDecision, Text)])
    func routes(route: RouteDecision, json: Text) {
        #expect(answer(of: { (_: Query) in route }, to: "{}") == json)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9\u20AC\ud83d\uDE00""#, "é€😀"),
        (#""\ud83d""#, "\u{FFFD}"), (#""\ud83dx\ude00""#, "\u{FFFD}x\u{FFFD}"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
        (#""12345678\n12345678""#, "12345678\n12345678"),
    ])
    func escapesAreResolved(json: String, text: String) {
        #expect(Query(json: JSON(context(Text(json)))).sql.text == Text(text))
    }

    /// The host refuses an answer that is not UTF-8, and then the query passes.
    @Test(
        arguments: [
            [0x80], [0xC3], [0xC0, 0xAF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF],
            [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0x41, 0xC3, 0x41], [0xC3, 0xA9, 0xA9, 0xE2, 0x82, 0xAC],
        ] as [[UInt8]])
    func illFormedTextIsReplaced(bytes: [UInt8]) {
        let json = (answer(of: { (_: Query) in QueryDecision.block(Text(bytes: bytes)) }, to: "{}"))
        #expect(String(validating: json, as: UTF8.self) != nil)
        #expect(String(json).contains("\u{FFFD}"))
    }

    @Test func randomTextComesBack() {
        var random = SplitMix(state: 20)
        for _ in 0..<500 {
            let text = Text(random.text(scalars: Int(random.next() % 80)))
            let first = (answer(of: { (_: Query) in QueryDecision.rewrite(text) }, to: "{}"))
            let inside = first.dropping(#"{"action":"rewrite","value":"#.utf8.count)
            #expect(Query(json: JSON(context(inside.prefix(inside.count - 1)))).sql.text == text)
        }
    }
}

/// A small seeded generator.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func text(scalars: Int) -> String {
        var text = String.UnicodeScalarView()
        while text.count < scalars {
            let bound: UInt32 = [0x20, 0x80, 0x80, 0x800, 0x10000, 0x110000].randomElement(using: &self) ?? 0x80
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<bound, using: &self)) { text.append(scalar) }
        }
        return String(text)
    }
}

extension String {
    fileprivate init?(validating text: Text, as encoding: UTF8.Type) {
        self.init(validating: Array(text), as: encoding)
    }
}
