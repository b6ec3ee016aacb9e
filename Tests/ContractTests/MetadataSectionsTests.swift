import Contract
import TestSupport
import Testing

/// What other tools are told of a module; read back here by a reader of its own, in Python.
@Suite(.scratchFolder) struct MetadataSectionsTests {
    private static let reader = """
        import json, sys
        data = open(sys.argv[1], "rb").read()
        def number(at):
            value = shift = 0
            while True:
                byte = data[at]; at += 1
                value |= (byte & 127) << shift; shift += 7
                if byte < 128: return value, at
        def text(at):
            count, at = number(at)
            return data[at:at + count].decode(), at + count
        at, found = 8, []
        while at < len(data):
            kind = data[at]; size, at = number(at + 1); end = at + size
            if kind == 0:
                name, inner = text(at)
                if name == "producers":
                    fields = {}
                    count, inner = number(inner)
                    for _ in range(count):
                        field, inner = text(inner); values, inner = number(inner); fields[field] = []
                        for _ in range(values):
                            tool, inner = text(inner); version, inner = text(inner)
                            fields[field].append(tool + " " + version)
                    found.append([name, json.dumps(fields, sort_keys=True)])
                else: found.append([name, data[inner:end].decode("utf-8", "replace")])
            else: found.append(["section", str(kind)])
            at = end
        print(json.dumps(found, ensure_ascii=False))
        """

    private func read(_ module: [UInt8]) async throws -> [[String]] {
        try Scratch.write("m.wasm", module)
        let result = try await Program("python3").run(["-c", Self.reader, "m.wasm"])
        try #require(result.status == 0, "\(result.transcript)")
        guard case .array(let rows) = try JSONDocument(parsing: result.output).root.value else { return [] }
        return rows.map { row in
            guard case .array(let parts) = row else { return [] }
            return parts.compactMap(\.string)
        }
    }

    private static func custom(_ name: String, _ body: [UInt8]) -> [UInt8] {
        [0, UInt8(1 + name.utf8.count + body.count), UInt8(name.utf8.count)] + Array(name.utf8) + body
    }

    private static let producers: [UInt8] =
        [2, 8] + Array("language".utf8) + [1, 4] + Array("Rust".utf8) + [0, 12] + Array("processed-by".utf8) + [1, 5]
        + Array("rustc".utf8) + [3] + Array("1.9".utf8)

    private static let sections = MetadataSections(
        tool: "pdk", toolVersion: "0.1.0", texts: ["version": "1.2.3", "description": "é", "licenses": "MIT"])

    @Test func theyAreWrittenAndReplaced() async throws {
        let module =
            [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0] + Self.custom("version", Array("0.0.1".utf8))
            + Self.custom("authors", Array("somebody".utf8)) + [1, 4, 1, 0x60, 0, 0]
            + Self.custom("reloc.CODE", [3, 0]) + Self.custom("linking", [2])
            + Self.custom("producers", Self.producers) + Self.custom("name", [])
        let written = try Self.sections.written(into: module)
        expect(written.dropped, is: ["reloc.CODE", "linking"])
        expect(
            try await read(written.module),
            is: [
                ["authors", "somebody"], ["section", "1"], ["name", ""], ["version", "1.2.3"], ["description", "é"],
                ["licenses", "MIT"],
                ["producers", "{\"language\": [\"Rust \"], \"processed-by\": [\"rustc 1.9\", \"pdk 0.1.0\"]}"],
            ])
        let again = try Self.sections.written(into: written.module)
        expect(again.module == written.module && again.dropped.isEmpty)
    }

    @Test func damagedModulesNeverCrashIt() throws {
        let module =
            [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0] + [1, 4, 1, 0x60, 0, 0] + Self.custom("producers", Self.producers)
        var random = SeededNumbers(seed: 21), refused = 0
        for _ in 0..<3000 {
            var damaged = module
            for _ in 0..<3 {
                damaged[Int.random(in: 8..<module.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            do { _ = try Self.sections.written(into: damaged) } catch { refused += 1 }
        }
        expect(refused > 100)
        for count in 0..<8 {
            #expect(throws: (any Error).self) { try Self.sections.written(into: Array(module[..<count])) }
        }
    }
}
