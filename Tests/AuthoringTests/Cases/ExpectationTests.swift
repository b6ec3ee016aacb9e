import Authoring
import Contract
import TestSupport
import Testing

/// Whether an answer is what a case expects.
struct ExpectationTests {
    private func value(_ text: String) throws -> JSONValue { try JSONDocument(parsing: text).root.value }

    @Test(arguments: [
        (#"{"action":"block"}"#, #"{"action":"block","value":"x"}"#, true),
        (#"{"value":"x","action":"block"}"#, #"{"action":"block","value":"x"}"#, true),
        (#"{}"#, #"{"action":"block"}"#, true),
        (#"{"action":"block","value":"y"}"#, #"{"action":"block","value":"x"}"#, false),
        (#"{"action":"block","more":null}"#, #"{"action":"block"}"#, false),
        (#"{"identity":{"roles":["a"]}}"#, #"{"action":"s","identity":{"roles":["a"],"user_id":"u"}}"#, true),
        (#"{"identity":{"roles":["a"]}}"#, #"{"identity":{"roles":["a","b"]}}"#, false),
        (#"{"identity":{"roles":["a","b"]}}"#, #"{"identity":{"roles":["b","a"]}}"#, false),
        (#"{"identity":{}}"#, #"{"identity":"text"}"#, false),
        (#"{"n":1}"#, #"{"n":1.0}"#, true), (#"{"n":1}"#, #"{"n":"1"}"#, false),
        (#"{"a":"é"}"#, #"{"a":"\u00e9"}"#, true),
    ])
    func aPart(part: String, answer: String, isAccepted: Bool) throws {
        expect(try HookCase.Expectation.part(value(part)).accepts(value(answer)), is: isAccepted)
    }

    @Test(arguments: [
        (#"{"action":"block","value":"x"}"#, #"{"value":"x","action":"block"}"#, true),
        (#"{"action":"block"}"#, #"{"action":"block","value":"x"}"#, false),
        (#"{"action":"block","value":"x"}"#, #"{"action":"block"}"#, false),
        (#"{"a":{"b":1}}"#, #"{"a":{"b":1,"c":2}}"#, false),
    ])
    func exactly(whole: String, answer: String, isAccepted: Bool) throws {
        expect(try HookCase.Expectation.exact(value(whole)).accepts(value(answer)), is: isAccepted)
    }

    @Test func noResultIsNoAnswer() throws {
        expect(HookCase.Expectation.none.accepts(nil))
        expect(!HookCase.Expectation.none.accepts(try value("{}")))
        expect(!HookCase.Expectation.none.accepts(.null))
        expect(!HookCase.Expectation.part(.object([])).accepts(nil))
        expect(!HookCase.Expectation.exact(.object([])).accepts(nil))
    }
}
