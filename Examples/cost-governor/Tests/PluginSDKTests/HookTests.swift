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
    @Test func readsAWholeQueryContext() throws {
        let query = try #require(Query(json: context(#""SELECT 1""#)))
        #expect(query.sql == "SELECT 1")
        #expect(query.normalized == "SELECT ?")
        #expect(query.tables == ["orders", "public.items"])
        #expect(query.isReadOnly)
        #expect(query.requestID == "r1")
        #expect(query.clientID == "c1")
        #expect(query.identity == nil)
        #expect(query.database == "shop")
        #expect(query.branch == nil)
        #expect(query.attribute("tenant_id") == "acme")
        #expect(query.attribute("a\"b") == "quoted")
        #expect(query.attribute("other") == nil)
    }

    @Test func shortTextsAreReadAndLongOnesLeft() throws {
        let query = try #require(Query(json: context(#""a\nb""#)))
        #expect(query.sql(upTo: 4) == "a\nb")
        #expect(query.sql(upTo: 3) == nil)
        #expect(Query(json: "{}")?.sql(upTo: 100) == nil)
    }

    @Test(arguments: [#"""#, #"\\"#, #"\""#, #"\n"#, #"\n\n"#, #"\"\\"#, #"\u0041"#])
    func stringsEndWhereTheyEnd(piece: String) throws {
        // However the escapes fall on the words that are read at once. A quote alone ends the string early: no JSON.
        for lead in 0..<18 {
            for tail in 0..<18 {
                let inside = String(repeating: "x", count: lead) + piece + String(repeating: "y", count: tail)
                let json = Text("\"" + inside + "\"")
                #expect((Query(json: context(json))?.sql(upTo: 100) != nil) == (piece != "\""), "\(json)")
                let cut = Text("\"" + inside)
                #expect(Query(json: Text(joining: [#"{"query":"#, cut])) == nil, "\(cut)")
            }
        }
    }

    @Test func orderSpaceAndUnknownFieldsDoNotMatter() throws {
        let json: Text = #"""
             { "new" : [ 1, { "query" : "}" }, "]\"" ] , "is_read_only" : false,
               "hook_context" : { "attributes" : null, "later": -1.5e3, "database" : "d" },
               "tables" : null, "query" : "q" }
            """#
        let query = try #require(Query(json: json))
        #expect(query.sql == "q")
        #expect(query.tables == [])
        #expect(query.database == "d")
        #expect(query.attribute("x") == nil)
        #expect(!query.touches("q"))
    }

    @Test(arguments: [
        ("items", true), ("ITEMS", true), ("public.items", true), ("other.items", false), ("item", false),
    ])
    func findsTables(name: String, isThere: Bool) throws {
        #expect(try #require(Query(json: context(#""""#))).touches(Text(name)) == isThere)
    }

    @Test func readsAnOutcome() throws {
        let outcome = try #require(
            Outcome(json: #"{"success":false,"target_node":"n1","elapsed_us":18,"response_bytes":0,"error":"gone"}"#))
        #expect(!outcome.success)
        #expect(outcome.targetNode == "n1")
        #expect(outcome.elapsedMicroseconds == 18)
        #expect(outcome.responseBytes == 0)
        #expect(outcome.error == "gone")
    }

    @Test func readsAnAuthRequest() throws {
        let request = try #require(
            AuthRequest(json: #"{"headers":{"X-Key":"k"},"username":"u","password":null,"client_ip":"::1"}"#))
        #expect(request.header("x-key") == "k")
        #expect(request.header("x") == nil)
        #expect(request.username == "u")
        #expect(request.password == nil)
        #expect(request.clientIP == "::1")
        #expect(request.database == nil)
    }

    @Test func nothingCutShortIsTaken() {
        let whole = context(#""SELECT 'é\n\u00e9\ud83d\ude00'""#)
        for length in 0..<whole.count {
            let cut = Text(bytes: Array(Array(whole)[..<length]))
            #expect(answer(to: cut) { (query: Query) in QueryDecision.rewrite(query.sql) } == nil, "\(length) bytes")
        }
    }

    @Test(arguments: [
        "", " ", "null", "[]", "{", "}", "{]", #"{"query"}"#, #"{"query":}"#, #"{"query":"a" "b":1}"#, #"{,}"#,
        #"{"query":"a"}}"#, #"{"query":"a"} x"#, #"{query:1}"#, #"{"a":[}"#, #"{"a":"\"#, #"{"a":1,}"#, "junk",
    ])
    func malformedInputHasNoAnswer(json: String) {
        #expect(answer(to: Text(json)) { (_: Query) in QueryDecision.continue } == nil)
        observe(Text(json)) { (_: Query, _: Outcome) in Issue.record("observed") }
        observe(Text("[\(json),{}]")) { (_: Query, _: Outcome) in Issue.record("observed") }
        observe(Text("[{},\(json)]")) { (_: Query, _: Outcome) in Issue.record("observed") }
    }
}

@Suite struct AnswerTests {
    @Test(arguments: [
        (.continue, #"{"action":"continue"}"#),
        (.rewrite("a\"b\\c\n\u{1}\u{1F}é"), #"{"action":"rewrite","value":"a\"b\\c\u000a\u0001\u001fé"}"#),
        (.block("no"), #"{"action":"block","value":"no"}"#),
        (.cached(""), #"{"action":"cached","data":[]}"#),
        (.cached(Text(bytes: [0, 9, 10, 99, 100, 255])), #"{"action":"cached","data":[0,9,10,99,100,255]}"#),
    ] as [(QueryDecision, Text)])
    func queryDecisions(decision: QueryDecision, json: Text) {
        #expect(answer(to: "{}") { (_: Query) in decision } == json)
    }

    @Test(arguments: [
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
    ] as [(AuthDecision, Text)])
    func authDecisions(decision: AuthDecision, json: Text) {
        #expect(answer(to: "{}") { (_: AuthRequest) in decision } == json)
    }

    @Test(arguments: [
        (.default, #"{"action":"default"}"#), (.primary, #"{"action":"primary"}"#),
        (.standby, #"{"action":"standby"}"#), (.node("n"), #"{"action":"node","target":"n"}"#),
        (.branch("b"), #"{"action":"branch","target":"b"}"#), (.block("r"), #"{"action":"block","reason":"r"}"#),
    ] as [(Route, Text)])
    func routes(route: Route, json: Text) {
        #expect(answer(to: "{}") { (_: Query) in route } == json)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9\u20AC\ud83d\uDE00""#, "é€😀"),
        (#""\ud83d""#, "\u{FFFD}"), (#""\ud83dx\ude00""#, "\u{FFFD}x\u{FFFD}"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
        (#""\u12g4""#, "\u{FFFD}12g4"), (#""\u""#, "\u{FFFD}"), (#""12345678\n12345678""#, "12345678\n12345678"),
    ])
    func escapesAreResolved(json: String, text: String) throws {
        #expect(try #require(Query(json: context(Text(json)))).sql == Text(text))
    }

    /// The host refuses an answer that is not UTF-8, and then the query passes.
    @Test(arguments: [
        [0x80], [0xC3], [0xC0, 0xAF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF],
        [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0x41, 0xC3, 0x41], [0xC3, 0xA9, 0xA9, 0xE2, 0x82, 0xAC],
    ] as [[UInt8]])
    func illFormedTextIsMended(bytes: [UInt8]) throws {
        let json = try #require(answer(to: "{}") { (_: Query) in QueryDecision.block(Text(bytes: bytes)) })
        #expect(String(validating: json, as: UTF8.self) != nil)
        #expect(String(json).contains("\u{FFFD}"))
    }

    @Test func randomTextComesBack() throws {
        var random = SplitMix(state: 20)
        for _ in 0..<500 {
            let text = Text(random.text(scalars: Int(random.next() % 80)))
            let first = try #require(answer(to: "{}") { (_: Query) in QueryDecision.rewrite(text) })
            let inside = first.dropping(#"{"action":"rewrite","value":"#.utf8.count)
            let query = try #require(Query(json: context(inside.prefix(inside.count - 1))))
            #expect(query.sql == text)
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
