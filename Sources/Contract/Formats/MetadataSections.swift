package import WebAssembly

/// The custom sections by which other tools know what a module is: texts by name, and the producers section.
///
/// As the tools of the field write and read them: `version`, `description`, `licenses`, `authors`, `source` and `revision`
/// hold one UTF-8 text each (wasm-metadata), `producers` lists tools (tool-conventions, ProducersSection.md).
package struct MetadataSections: Sendable, Equatable {
    /// The names, in the order they are written.
    package static let names = ["version", "description", "licenses", "authors", "source", "revision"]

    /// The text of each section that is to be there.
    package var texts: [String: String]
    /// What is named under `processed-by` of the producers section.
    package let tool: String
    package let toolVersion: String

    package init(tool: String, toolVersion: String, texts: [String: String] = [:]) {
        self.tool = tool
        self.toolVersion = toolVersion
        self.texts = texts
    }

    /// What `written(into:)` made.
    package struct Result: Sendable {
        package let module: [UInt8]
        /// Sections that were left out because the section numbers in them would be wrong: relocations.
        package let dropped: [String]
    }

    /// The module with these sections at its end, in place of those of their names; the same again changes nothing.
    ///
    /// Error: a module whose sections cannot be told apart.
    package func written(into module: [UInt8]) throws(WebAssemblyError) -> Result {
        var sections = try SectionWalk(module)
        var kept = Array(module[..<8]), producers: [UInt8]?, dropped: [String] = []
        while let section = try sections.next() {
            switch section.name {
            case "producers"?: producers = producers ?? Array(module[section.contents])
            case "linking"?: dropped.append("linking")
            case let name? where name.hasPrefix("reloc."): dropped.append(name)
            case let name? where Self.names.contains(name) && texts[name] != nil: break
            default: kept += module[section.range]
            }
        }
        for name in Self.names {
            guard let text = texts[name], !text.isEmpty else { continue }
            kept += Self.section(name, Array(text.utf8))
        }
        kept += Self.section("producers", merged(producers))
        return Result(module: kept, dropped: dropped)
    }

    /// A field of the producers section.
    private struct Field {
        let name: [UInt8]
        var values: [(name: [UInt8], version: [UInt8])]
    }

    /// The producers section with this tool under `processed-by`; one that cannot be read is written anew.
    private func merged(_ body: [UInt8]?) -> [UInt8] {
        var fields = body.flatMap { try? Self.fields($0) } ?? []
        let mine = (name: Array(tool.utf8), version: Array(toolVersion.utf8))
        if let place = fields.firstIndex(where: { $0.name == Array("processed-by".utf8) }) {
            fields[place].values.removeAll { $0.name == mine.name }
            fields[place].values.append(mine)
        } else {
            fields.append(Field(name: Array("processed-by".utf8), values: [mine]))
        }
        var bytes = LEB128.unsigned(fields.count)
        for field in fields {
            bytes += Self.text(field.name) + LEB128.unsigned(field.values.count)
            for value in field.values { bytes += Self.text(value.name) + Self.text(value.version) }
        }
        return bytes
    }

    private static func fields(_ body: [UInt8]) throws(WebAssemblyError) -> [Field] {
        var cursor = ByteCursor(body, subject: "the producers section")
        func text() throws(WebAssemblyError) -> [UInt8] {
            let count = try cursor.u32()
            let start = cursor.position
            try cursor.skip(count)
            return Array(body[start..<cursor.position])
        }
        var fields: [Field] = []
        for _ in 0..<(try cursor.u32()) {
            var field = Field(name: try text(), values: [])
            for _ in 0..<(try cursor.u32()) { field.values.append((try text(), try text())) }
            fields.append(field)
        }
        return fields
    }

    private static func section(_ name: String, _ body: [UInt8]) -> [UInt8] {
        let contents = text(Array(name.utf8)) + body
        return [0] + LEB128.unsigned(contents.count) + contents
    }

    private static func text(_ bytes: [UInt8]) -> [UInt8] { LEB128.unsigned(bytes.count) + bytes }
}

extension MetadataSections {
    /// The longest text of a section that is read, in bytes.
    private static let maximumTextBytes = 4096

    /// The texts of these sections of a module, the last of each name; none of what is no module.
    package static func texts(of module: [UInt8]) -> [String: String] {
        var found: [String: String] = [:]
        do {
            var sections = try SectionWalk(module)
            while let section = try sections.next() {
                guard let name = section.name, names.contains(name), section.contents.count <= maximumTextBytes else {
                    continue
                }
                if let text = String(validating: module[section.contents], as: UTF8.self) { found[name] = text }
            }
        } catch { return found }
        return found
    }
}
