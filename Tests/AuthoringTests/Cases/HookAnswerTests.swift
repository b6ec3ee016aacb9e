import Authoring
import Contract
import Testing

/// What the host makes of what a hook returns.
struct HookAnswerTests {
    private func judge(_ text: String?, _ hook: Hook) -> HookAnswer {
        HookAnswer(text.map { Array($0.utf8) }, of: hook)
    }

    @Test(arguments: [
        (Hook.preQuery, #"{"action":"continue"}"#, "continue: the query goes on as it is"),
        (Hook.preQuery, #"{"action":"rewrite","value":"SELECT 2"}"#, "rewrite: SELECT 2"),
        (Hook.preQuery, #"{"value":"no","extra":[{}],"action":"block"}"#, "block: no"),
        (Hook.preQuery, #"{"action":"cached","data":[0,1,255]}"#, "cached: 3 bytes are the result"),
        (Hook.preQuery, #"{"action":"cached","data":[]}"#, "cached: 0 bytes are the result"),
        (Hook.preQuery, #" { "\u0061ction" : "block" , "value" : "\ud83d\ude00" } "#, "block: \u{1F600}"),
        (
            Hook.authenticate, #"{"action":"success","identity":{"user_id":"1","username":"al","roles":["r"]}}"#,
            "success: authenticated as al"
        ),
        (
            Hook.authenticate,
            #"{"action":"success","identity":{"user_id":"1","username":"al","roles":[],"tenant_id":null}}"#,
            "success: authenticated as al"
        ),
        (
            Hook.authenticate,
            #"{"action":"success","identity":{"user_id":"1","username":"al","roles":[],"tenant_id":"t"}}"#,
            "success: authenticated as al"
        ),
        (Hook.authenticate, #"{"action":"denied","message":"go"}"#, "denied: go"),
        (Hook.authenticate, #"{"action":"defer"}"#, "defer: the host decides"),
        (Hook.route, #"{"action":"default"}"#, "default: the host chooses the node"),
        (Hook.route, #"{"action":"primary"}"#, "primary"), (Hook.route, #"{"action":"standby"}"#, "standby"),
        (Hook.route, #"{"action":"node","target":"n1"}"#, "node: n1"),
        (Hook.route, #"{"action":"branch","target":"b1"}"#, "branch: b1"),
        (Hook.route, #"{"action":"block","reason":"why"}"#, "block: why"),
    ])
    func everyActionIsUnderstood(hook: Hook, text: String, words: String) throws {
        guard case .decision(let action, let said, let value) = judge(text, hook) else {
            Issue.record("\(judge(text, hook))")
            return
        }
        #expect(said == words)
        #expect(value["action"] == .string(action))
        #expect(hook.actions.contains(action))
    }

    @Test func theCasesAboveHaveEveryAction() {
        #expect(Hook.preQuery.actions == ["continue", "rewrite", "block", "cached"])
        #expect(Hook.authenticate.actions == ["success", "denied", "defer"])
        #expect(Hook.route.actions == ["default", "primary", "standby", "node", "branch", "block"])
        #expect(Hook.postQuery.actions.isEmpty)
    }

    @Test(arguments: [
        (Hook.preQuery, #"{"action":"rewrite"}"#, "'rewrite' needs the text 'value'"),
        (Hook.preQuery, #"{"action":"rewrite","value":null}"#, "'rewrite' needs the text 'value'"),
        (Hook.preQuery, #"{"action":"block","value":3}"#, "'block' needs the text 'value'"),
        (Hook.preQuery, #"{"action":"block","reason":"x"}"#, "'block' needs the text 'value'"),
        (Hook.preQuery, #"{"action":"cached"}"#, "'cached' needs 'data', an array of bytes"),
        (Hook.preQuery, #"{"action":"cached","data":"AA=="}"#, "'cached' needs 'data', an array of bytes"),
        (Hook.preQuery, #"{"action":"cached","data":[256]}"#, "'cached' needs 'data', an array of bytes"),
        (Hook.preQuery, #"{"action":"cached","data":[-1]}"#, "'cached' needs 'data', an array of bytes"),
        (Hook.preQuery, #"{"action":"cached","data":[1.5]}"#, "'cached' needs 'data', an array of bytes"),
        (
            Hook.preQuery, #"{"action":"cached","data":[99999999999999999999]}"#,
            "'cached' needs 'data', an array of bytes"
        ),
        (Hook.authenticate, #"{"action":"denied"}"#, "'denied' needs the text 'message'"),
        (Hook.authenticate, #"{"action":"success"}"#, "'success' needs 'identity'"),
        (Hook.authenticate, #"{"action":"success","identity":[]}"#, "'success' needs 'identity'"),
        (
            Hook.authenticate, #"{"action":"success","identity":{"username":"a","roles":[]}}"#,
            "'success' needs the text 'identity.user_id'"
        ),
        (
            Hook.authenticate, #"{"action":"success","identity":{"user_id":"a","roles":[]}}"#,
            "'success' needs the text 'identity.username'"
        ),
        (
            Hook.authenticate, #"{"action":"success","identity":{"user_id":"a","username":"b"}}"#,
            "'success' needs 'identity.roles', an array of texts"
        ),
        (
            Hook.authenticate, #"{"action":"success","identity":{"user_id":"a","username":"b","roles":[1]}}"#,
            "'success' needs 'identity.roles', an array of texts"
        ),
        (
            Hook.authenticate,
            #"{"action":"success","identity":{"user_id":"a","username":"b","roles":[],"tenant_id":1}}"#,
            "'identity.tenant_id' is neither a text nor null"
        ),
        (Hook.route, #"{"action":"node"}"#, "'node' needs the text 'target'"),
        (Hook.route, #"{"action":"branch","value":"b"}"#, "'branch' needs the text 'target'"),
        (Hook.route, #"{"action":"block","value":"b"}"#, "'block' needs the text 'reason'"),
    ])
    func whatAnActionLacksIsNamed(hook: Hook, text: String, reason: String) {
        guard case .incomplete(_, let said, _) = judge(text, hook) else {
            Issue.record("\(judge(text, hook))")
            return
        }
        #expect(said == reason)
    }

    @Test(arguments: [
        (Hook.preQuery, "continue"), (Hook.authenticate, "defer"), (Hook.route, "default"),
    ])
    func anUnknownActionIsTakenAsTheMildest(hook: Hook, fallback: String) {
        for action in ["explode", "", "Continue", "none", "Block"] {
            let text = #"{"action":"\#(action)","value":"x"}"#
            guard case .unknownAction(action, takenAs: fallback, _) = judge(text, hook) else {
                Issue.record("\(judge(text, hook))")
                continue
            }
        }
    }

    @Test func anotherHooksActionIsUnknown() {
        guard case .unknownAction = judge(#"{"action":"defer"}"#, .preQuery) else {
            Issue.record("defer is no action of pre_query")
            return
        }
    }

    @Test(arguments: [
        "", " ", "continue", "{", #"{"action":"continue"} x"#, #"{'action':'continue'}"#, #"{"action":"continue",}"#,
        "\u{FEFF}{\"action\":\"continue\"}", #"{"action":"block","value":"\ud800"}"#,
        "{\"action\":\"block\",\"value\":\"a\nb\"}", String(repeating: "[", count: 200),
    ])
    func whatIsNotJSONIsUnreadable(text: String) {
        guard case .unreadable(let reason) = judge(text, .preQuery) else {
            Issue.record("\(judge(text, .preQuery))")
            return
        }
        #expect(reason.hasPrefix("the answer is not JSON: "))
    }

    @Test func textThatIsNotUTF8IsUnreadable() {
        guard
            case .unreadable = HookAnswer(
                Array(#"{"action":"block","value":""#.utf8) + [0xFF, 0x22, 0x7D], of: .preQuery)
        else {
            Issue.record("0xFF is no UTF-8")
            return
        }
    }

    @Test(arguments: [
        "null", "[]", #""continue""#, "1", "{}", #"{"action":null}"#, #"{"action":1}"#, #"[{"action":"continue"}]"#,
    ])
    func anAnswerWithoutAnActionIsTagless(text: String) {
        #expect(judge(text, .preQuery) == .tagless(reason: "the answer has no 'action'"))
    }

    @Test(arguments: [
        #"{"action":"block","value":"x","action":"continue"}"#, #"{"action":"continue","\u0061ction":"continue"}"#,
    ])
    func twoActionsAreNone(text: String) {
        #expect(judge(text, .preQuery) == .tagless(reason: "the answer has more than one 'action'"))
    }

    @Test func theTagOfThePublishedLibraryIsExplained() {
        #expect(
            judge(#"{"kind":"block","value":"x"}"#, .preQuery)
                == .tagless(reason: "the answer has no 'action' (the tag is called 'action', not 'kind')"))
        guard case .decision("continue", _, _) = judge(#"{"kind":"x","action":"continue"}"#, .preQuery) else {
            Issue.record("a field more does no harm")
            return
        }
    }

    @Test func noResultAndWhatObserversReturnAreNoAnswer() {
        for hook in Hook.called { #expect(judge(nil, hook) == HookAnswer.none) }
        for text in ["", "junk", #"{"action":"block","value":"x"}"#] {
            #expect(judge(text, .postQuery) == HookAnswer.none)
        }
    }
}
