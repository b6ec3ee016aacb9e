/// Encoders for the pieces of a module, independent of the reader under test.
package enum Wasm {
    package static let header: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]

    package static func unsigned(_ value: UInt64) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + unsigned(value >> 7)
    }

    package static func signed(_ value: Int64) -> [UInt8] {
        (-64..<64).contains(value)
            ? [UInt8(truncatingIfNeeded: value) & 0x7F]
            : [UInt8(truncatingIfNeeded: value) | 0x80] + signed(value >> 7)
    }

    package static func name(_ text: String) -> [UInt8] { unsigned(UInt64(text.utf8.count)) + Array(text.utf8) }

    package static func vector(_ entries: [[UInt8]]) -> [UInt8] { unsigned(UInt64(entries.count)) + entries.joined() }

    package static func section(_ id: UInt8, _ contents: [UInt8]) -> [UInt8] {
        [id] + unsigned(UInt64(contents.count)) + contents
    }

    package static func section(_ id: UInt8, of entries: [[UInt8]]) -> [UInt8] { section(id, vector(entries)) }

    package static func custom(_ name: String, _ data: [UInt8]) -> [UInt8] { section(0, self.name(name) + data) }

    package static func module(_ sections: [UInt8]...) -> [UInt8] { header + sections.joined() }

    package static func function(_ parameters: [UInt8], _ results: [UInt8]) -> [UInt8] {
        [0x60] + vector(parameters.map { [$0] }) + vector(results.map { [$0] })
    }

    package static func imported(_ module: String, _ name: String, _ kind: [UInt8]) -> [UInt8] {
        self.name(module) + self.name(name) + kind
    }

    package static func export(_ name: String, _ kind: UInt8, _ index: UInt64) -> [UInt8] {
        self.name(name) + [kind] + unsigned(index)
    }

    /// A body without locals.
    package static func body(_ instructions: [UInt8]) -> [UInt8] {
        unsigned(UInt64(instructions.count) + 2) + [0x00] + instructions + [0x0B]
    }

    /// A plugin whose `pre_query` begins with so many blocks, each in the one before; `opening` begins one.
    package static func nested(_ opening: [UInt8], depth: Int) -> [UInt8] {
        let ends = [UInt8](repeating: 0x0B, count: depth)
        let deep = [[UInt8]](repeating: opening, count: depth).joined() + ends + [0x42, 0]
        return module(
            section(1, of: [function([0x7F], [0x7F]), function([0x7F, 0x7F], []), function([0x7F, 0x7F], [0x7E])]),
            section(3, [3, 0, 1, 2]), section(5, [1, 0, 1]),
            section(
                7,
                of: [export("memory", 2, 0), export("alloc", 0, 0), export("dealloc", 0, 1), export("pre_query", 0, 2)]),
            section(10, of: [body([0x41, 0x80, 0x20]), body([]), body(Array(deep))]))
    }
}
