import Basics
import Contract
import Foundation
import TestSupport
import Testing

/// What the host makes of what a hook returns: held to recordings of the running host.
struct HookAnswerTests {
    private static func lines(_ file: String) throws -> [Substring] {
        try String(contentsOfFile: BuiltProduct.repository + "/Tests/Fixtures/" + file, encoding: .utf8)
            .split(separator: "\n")
    }

    private func hook(_ name: String) throws -> Hook { try #require(HostProfile.standard.hook(named: name)) }

    /// The action in a recording: a text such as `Continue` or `Node("n")`, or an object of one member.
    private func action(_ host: JSONNode) -> String {
        let text = host.string ?? host.members.first?.name.string ?? ""
        return text.prefix { $0 != "(" }.lowercased()
    }

    @Test func recordedAnswersAreReadAsTheHostReadThem() throws {
        let lines = try Self.lines("host-1.5/answers.jsonl")
        expect(lines.count, is: 84)
        for line in lines {
            let record = try JSONDocument(parsing: String(line)).root
            let output = try #require(Base64.decode(Array((record["output_base64"]?.string ?? "").utf8)))
            let host = try #require(record["host"])
            let answer = HookAnswer(output, of: try hook(record["hook"]?.string ?? ""))
            expect(answer.kind, is: action(host), "\(record["output"]?.text ?? ""): \(answer.kind)")
            // What the host takes from the answer is what is shown.
            if let text = host.members.first?.value.string, answer.flaws.isEmpty {
                expect(answer.words.hasPrefix("\(answer.kind): \(text.printable)"), "\(answer.words)")
            }
        }
    }

    @Test func ownAnswersEndAsTheContractSays() throws {
        var count = 0
        for line in try Self.lines("answers.tsv") where !line.hasPrefix("#") {
            let parts = line.split(separator: "\t").map(String.init)
            try #require(parts.count == 4, "\(line)")
            let output = try #require(JSONDocument(parsing: parts[3]).root.string)
            let answer = HookAnswer(Array(output.utf8), of: try hook(parts[0]))
            expect(answer.kind, is: parts[1], "\(line): \(answer.words)")
            let flaw =
                switch answer.flaws.first {
                case nil: "-"
                case .unreadable?, .noAction?, .mistyped?: "E"
                case .unknownAction?: "U"
                case .emptyField?: "D"
                case .ignoredAction?: "I"
                case .unreadablePayload?: "P"
                }
            expect(flaw, is: parts[2], "\(line): \(answer.flaws)")
            expect(answer.isSound, is: !["E", "U"].contains(parts[2]))
            expect(!answer.words.isEmpty && !answer.words.contains("\n"))
            count += 1
        }
        expect(count > 150)
    }

    @Test func noResultIsTheMildestAction() throws {
        for (name, kind) in [("pre_query", "continue"), ("authenticate", "defer"), ("route", "default")] {
            for output in [nil, []] as [[UInt8]?] {
                let answer = HookAnswer(output, of: try hook(name))
                expect(answer.kind == kind && !answer.isThere && answer.flaws.isEmpty)
            }
        }
        expect(HookAnswer(Array("junk".utf8), of: try hook("post_query")).flaws.isEmpty)
    }

    @Test func textsThatAreIgnoredMayBeAnyBytes() throws {
        let head = Array(#"{"action":"block","value":"x","e":""#.utf8), tail = Array(#""}"#.utf8)
        expect(HookAnswer(head + [0xFF, 0xFE] + tail, of: try hook("pre_query")).kind, is: "block")
        let known = Array(#"{"action":"block","value":""#.utf8)
        expect(HookAnswer(known + [0xFF] + tail, of: try hook("pre_query")).kind, is: "error")
        let deep = String(repeating: "[", count: 1_000_000) + String(repeating: "]", count: 1_000_000)
        expect(
            HookAnswer(Array((#"{"action":"block","value":"x","e":"# + deep + "}").utf8), of: try hook("pre_query"))
                .kind, is: "block")
    }

    @Test func theTagOfThePublishedLibraryIsExplained() throws {
        let answer = HookAnswer(Array(#"{"kind":"block","value":"x"}"#.utf8), of: try hook("pre_query"))
        expect(answer.words.contains("(the field must be called 'action', not 'kind')"))
    }

    /// Whatever a hook returns, it is read or refused; a trap would end the test process.
    @Test func mutatedAnswersNeverTrap() throws {
        let seeds = try Self.lines("answers.tsv").filter { !$0.hasPrefix("#") }.map { line in
            (line.split(separator: "\t")[0], Array((JSONDocumentText(line)).utf8))
        }
        var generator = SeededNumbers(seed: 20_261_126)
        let alphabet = Array("{}[]:,\"\\0123456789eE+-.nulltrueabc ".utf8) + [0xFF, 0xC3, 0x00, 0x0A]
        var kinds: Set<String> = []
        for round in 0..<20_000 {
            var (name, bytes) = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                if bytes.isEmpty { bytes = [0x7B] }
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
                case 1: bytes.insert(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)], at: place)
                case 2: bytes.remove(at: place)
                default: bytes.removeSubrange(place...)
                }
            }
            let answer = HookAnswer(bytes, of: try hook(String(name)))
            kinds.insert(answer.kind)
            // Strict JSON with a text as its action and no other known field is never an error.
            if let json = answer.json, case .object(let members) = json, members.count == 1,
                json["action"]?.string != nil
            {
                expect(answer.kind != "error")
            }
            if answer.kind != "error", answer.isThere { expect(!answer.words.isEmpty) }
        }
        expect(kinds.count > 8, "\(kinds)")
    }

    private func JSONDocumentText(_ line: Substring) -> String {
        (try? JSONDocument(parsing: String(line.split(separator: "\t")[3])).root.string) ?? ""
    }

    /// A large answer that is in order is read in time and memory that grow with it and no faster.
    @Test func aLargeAnswerIsRead() throws {
        let rows =
            #"{"columns":[{"name":"a"}],"rows":["# + Array(repeating: #"["x"]"#, count: 100_000).joined(separator: ",")
            + "]}"
        let data = rows.utf8.map(String.init).joined(separator: ",")
        let answer = HookAnswer(Array(#"{"action":"cached","data":[\#(data)]}"#.utf8), of: try hook("pre_query"))
        expect(answer.kind == "cached" && answer.flaws.isEmpty, "\(answer.words)")
        expect(answer.json == nil, "more than 1 MiB is not kept")
    }
}
