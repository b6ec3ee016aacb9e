internal import Basics

/// What a module was built from, in its publisher's words: `pdk sign` embeds it, and the module's signature covers it.
///
/// It says who answers for what: nothing proves it but building the sources again. The names are those of the field's
/// custom sections `source` and `revision` (wasm-metadata).
public struct BuildStatement: Sendable, Equatable {
    /// The address of the repository; nil where it has none that others can use.
    public let source: String?
    /// The commit, with `-dirty` behind it where files differed from it.
    public let revision: String
    /// The toolchain of plugin.yaml, such as `rust`; nil where the plugin names none.
    public let toolchain: String?
    /// The program that wrote this and its version, such as `pdk 0.1.0`.
    public let tool: String

    package init(source: String?, revision: String, toolchain: String?, tool: String) {
        self.source = source
        self.revision = revision
        self.toolchain = toolchain
        self.tool = tool
    }

    /// Whether it names the sources: a commit, by its 40 or 64 hexadecimal digits, with nothing changed beside it.
    public var namesSources: Bool {
        [40, 64].contains(revision.utf8.count) && Hex.decode(revision) != nil
    }

    /// The most bytes of each text.
    private static let maximumBytes = 4096

    /// The object in an embedded manifest.
    package var json: JSONValue {
        .object([
            "source": source.map(JSONValue.string), "revision": .string(revision),
            "toolchain": toolchain.map(JSONValue.string), "tool": .string(tool),
        ])
    }

    /// Reads the object; `revision` and `tool` are required, members that are not known are left out.
    init(_ node: JSONNode) throws(JSONError) {
        guard node.kind == .object else { throw JSONError("build is not an object", offset: 0) }
        func text(_ name: String) throws(JSONError) -> String? {
            guard let member = node[name] else { return nil }
            guard let text = member.string, !text.isEmpty, text.utf8.count <= Self.maximumBytes else {
                throw JSONError("\(name) of build is not a string of 1 to \(Self.maximumBytes) bytes", offset: 0)
            }
            return text
        }
        guard let revision = try text("revision"), let tool = try text("tool") else {
            throw JSONError("build has no revision or no tool", offset: 0)
        }
        self.init(source: try text("source"), revision: revision, toolchain: try text("toolchain"), tool: tool)
    }
}
