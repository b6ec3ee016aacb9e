import Basics
import Contract
import TestSupport
import Testing

/// Our reader and Python's `json` must take the same texts and read the same values from them.
@Suite(.scratchFolder) struct JSONOracleTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func agreesWithPython(seed: UInt64) async throws {
        var random = SeededNumbers(seed: seed)
        var texts: [[UInt8]] = []
        for _ in 0..<600 {
            let text = Array(RandomJSON.spell(RandomJSON.value(depth: 4, &random), &random).utf8)
            texts.append(text)
            texts.append(RandomJSON.mutate(text, &random))
            texts.append(RandomJSON.mutate(text, &random))
        }
        let answers = try await python(texts)
        try #require(answers.count == texts.count)
        var taken = 0, refused = 0
        for (text, answer) in zip(texts, answers) {
            let ours: String
            do {
                ours = Self.canonical(try JSONDocument(parsing: text).root)
                taken += 1
            } catch {
                ours = "refused"
                refused += 1
                expect((0...text.count).contains(error.offset))
            }
            expect(ours, is: answer, "\(String(decoding: text, as: UTF8.self).debugDescription)")
        }
        // The texts must exercise both verdicts.
        expect(taken > 600 && refused > 400)
    }

    /// The value with numbers as spelled, strings as bytes in hexadecimal, and members in their order.
    static func canonical(_ node: JSONNode) -> String {
        switch node.kind {
        case .null: "null"
        case .true: "true"
        case .false: "false"
        case .number: "n" + node.text
        case .string: "s" + Hex.encode((node.string ?? "?").utf8)
        case .array: "[" + node.elements.map(canonical).joined(separator: ",") + "]"
        case .object:
            "{" + node.members.map { canonical($0.name) + ":" + canonical($0.value) }.joined(separator: ",") + "}"
        }
    }

    /// Python's verdict on each text, `refused` where it is not JSON.
    ///
    /// What Python takes beyond RFC 8259 (`NaN`, unpaired surrogates) is refused by the script.
    private func python(_ texts: [[UInt8]]) async throws -> [String] {
        let script = """
            import json, sys
            class Number(str): pass
            def refuse(word): raise ValueError(word)
            def canonical(value):
                if value is None: return "null"
                if value is True: return "true"
                if value is False: return "false"
                if isinstance(value, Number): return "n" + value
                if isinstance(value, str): return "s" + value.encode("utf-8").hex()
                if isinstance(value, tuple):
                    return "{" + ",".join(canonical(k) + ":" + canonical(v) for k, v in value) + "}"
                return "[" + ",".join(map(canonical, value)) + "]"
            for line in sys.stdin:
                try:
                    text = bytes.fromhex(line).decode("utf-8")
                    print(canonical(json.loads(text, parse_int=Number, parse_float=Number, parse_constant=refuse,
                                               object_pairs_hook=tuple)))
                except ValueError: print("refused")
            """
        let input = texts.map { Hex.encode($0) + "\n" }.joined()
        let result = try await Program("python3").run(["-c", script], input: input)
        try #require(result.status == 0, "\(result.transcript)")
        return result.output.split(separator: "\n").map(String.init)
    }
}
