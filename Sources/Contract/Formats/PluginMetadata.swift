internal import Basics

/// What a plugin says of itself, wherever that is written: plugin.yaml, the module, an index, a sidecar, a packed plugin.
///
/// Each of these formats is a codec of this value and writes what it has a place for. Two are equal when all their bytes are.
public struct PluginMetadata: Sendable {
    /// The plugin's name, as it is written: hostile text until a `PluginName` has been made of it.
    public package(set) var name: String
    /// The version's text; empty where nothing says it.
    public package(set) var version: String
    /// What the plugin does, in its author's words.
    public package(set) var description = ""
    /// Who wrote it; nil where nothing says it.
    public package(set) var author: String?
    /// The licence, as an SPDX expression; nil where nothing says it.
    public package(set) var license: String?
    /// The hooks; nil where nothing says which there are.
    public package(set) var hooks: [String]?
    /// The permissions; nil where nothing says which there are.
    public package(set) var permissions: [String]?
    /// The least memory, as written, such as `16MB`; nil for the host's default.
    public package(set) var minimumMemory: String?
    /// The most memory, likewise.
    public package(set) var maximumMemory: String?
    /// What it was built from, which only a module carries; nil where nothing says it.
    public package(set) var build: BuildStatement?

    package init(name: String, version: String = "", hooks: [String]? = nil, permissions: [String]? = nil) {
        self.name = name
        self.version = version
        self.hooks = hooks
        self.permissions = permissions
    }

    /// The version as a value that can be compared.
    public var order: PluginVersion { PluginVersion(version) }

    /// Takes over what this does not say and another source does.
    package mutating func complete(by other: PluginMetadata) {
        if version.isEmpty { version = other.version }
        hooks = hooks ?? other.hooks
        permissions = permissions ?? other.permissions
        minimumMemory = minimumMemory ?? other.minimumMemory
        maximumMemory = maximumMemory ?? other.maximumMemory
    }

    /// The `resources` object of the two memory limits; nil when neither is given.
    var resources: JSONValue? {
        guard minimumMemory != nil || maximumMemory != nil else { return nil }
        return .object([
            "min_memory": minimumMemory.map(JSONValue.string), "max_memory": maximumMemory.map(JSONValue.string),
        ])
    }
}

extension PluginMetadata: Equatable {
    /// The single texts, each as its bytes.
    private var texts: [ByteText?] {
        [name, version, description, author, license, minimumMemory, maximumMemory].map { text in
            text.map { ByteText($0) }
        }
    }

    private static func bytes(_ list: [String]?) -> [ByteText]? { list.map { $0.map { ByteText($0) } } }

    /// Whether all bytes of both are the same.
    public static func == (left: PluginMetadata, right: PluginMetadata) -> Bool {
        left.texts == right.texts && bytes(left.hooks) == bytes(right.hooks)
            && bytes(left.permissions) == bytes(right.permissions) && left.build == right.build
    }
}
