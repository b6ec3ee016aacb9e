import Basics
import TestSupport
import Testing
import YAML

/// The events beside those of a parser that shares no code with libyaml: PyYAML's own.
@Suite(.scratchFolder) struct ForeignParserTests {
    private static func events(_ text: [UInt8]) -> String {
        var parser = YAMLParser(text), events: [String] = []
        do throws(YAMLError) {
            while let event = try parser.next() { events.append(shown(event)) }
        } catch {
            return "error"
        }
        return events.joined(separator: " ")
    }

    private static func shown(_ event: YAMLEvent) -> String {
        let properties =
            "\(event.place.offset):\(Hex.encode(Array((event.anchor ?? "").utf8))):\(Hex.encode(Array((event.tag ?? "").utf8)))"
        switch event.kind {
        case .documentStart: return "+document"
        case .documentEnd: return "-document"
        case .alias: return "alias:\(properties)"
        // A value that is left out stands somewhere behind its key.
        case .scalar("", .plain): return "empty"
        case .scalar(let text, let style): return "\(style):\(properties):\(Hex.encode(Array(text.utf8)))"
        case .sequenceStart: return "+sequence:\(properties)"
        case .sequenceEnd: return "-sequence"
        case .mappingStart: return "+mapping:\(properties)"
        case .mappingEnd: return "-mapping"
        }
    }

    private static func pythonsEvents(_ documents: [[UInt8]]) async throws -> [String] {
        let python = Program(BuiltProduct.repository + "/.build-python/bin/python")
        let script = BuiltProduct.repository + "/Tests/Support/yaml_events.py"
        let result = try await python.run([script], input: documents.map { Hex.encode($0) + "\n" }.joined())
        try #require(result.status == 0, "\(result.errors)")
        return result.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func randomDocumentsHaveTheSameEvents(seed: UInt64) async throws {
        var random = RandomYAML(seed: seed)
        let documents = (0..<700).map { _ in Array(random.document().utf8) }
        let foreign = try await Self.pythonsEvents(documents)
        try #require(foreign.count == documents.count)
        var read = 0
        for (document, events) in zip(documents, foreign) {
            let text = String(decoding: document, as: UTF8.self)
            expect(Self.events(document), is: events, "\(text.debugDescription)")
            read += events == "error" ? 0 : 1
        }
        expect(read > 600, "only \(read) of the documents are YAML")
    }

    /// Where both read a damaged document, they read the same; the two differ a little in what they refuse.
    @Test(arguments: [11, 12, 13] as [UInt64]) func damagedDocumentsAreReadTheSame(seed: UInt64) async throws {
        var random = RandomYAML(seed: seed)
        let documents = (0..<1000).map { _ in random.damaged() }
        let foreign = try await Self.pythonsEvents(documents)
        try #require(foreign.count == documents.count)
        var both = 0, differ = 0
        for (document, events) in zip(documents, foreign) {
            let own = Self.events(document)
            if (own == "error") != (events == "error") {
                differ += 1
            } else {
                expect(own, is: events, "\(String(decoding: document, as: UTF8.self).debugDescription)")
                if own != "error" { both += 1 }
            }
        }
        expect(both > 200, "only \(both) of the documents are YAML")
        expect(differ < 40, "\(differ) documents are read by one of the two only")
    }
}
