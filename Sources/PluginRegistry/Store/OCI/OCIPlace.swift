internal import Basics
internal import Contract
internal import Files
internal import LibCrypto

/// A file of a registry that an OCI registry keeps: `oci://HOST[:PORT]/PREFIX`, and the path that the file has in a folder.
struct OCIPlace: Sendable, Hashable, CustomStringConvertible {
    /// `host` or `host:port`.
    let host: String
    /// The repository of the index; the plugins' repositories lie below it.
    let prefix: String
    /// The path in the registry.
    let path: String

    init(host: String, prefix: String, path: String) {
        self.host = host
        self.prefix = prefix
        self.path = path
    }

    /// The index of the registry at an address; nil for a text that is none.
    init?(registry text: String, indexName: String) {
        guard Self.isAddress(text) else { return nil }
        let rest = text.dropFirst(6)
        host = String(rest.prefix { $0 != "/" })
        var parts = rest.dropFirst(host.count).split(separator: "/").map(String.init)
        if parts.last == indexName { parts.removeLast() }
        prefix = parts.joined(separator: "/")
        path = indexName
    }

    static func isAddress(_ text: String) -> Bool { text.prefix(6).lowercased() == "oci://" }

    /// What is wrong with the host or the prefix; nil for nothing.
    var problem: String? {
        // What is in front of it may be a password.
        if host.contains("@") { return "logins are not given in addresses; log in with docker login" }
        guard OCINames.isHost(host) else { return "'\(host.printable)' is not HOST or HOST:PORT" }
        guard !prefix.isEmpty else { return "it has no prefix for the repositories, such as \(host.printable)/plugins" }
        guard OCINames.isRepository(prefix), prefix.utf8.count <= 128 else {
            return
                "the prefix '\(prefix.printable)' is not small letters and digits, with '.', '_' or '-' between, and '/'"
        }
        return nil
    }

    /// The registry's address, or `oci://HOST/REPOSITORY:TAG` of what the file is in.
    var description: String {
        if path == RegistryIndex.fileName { return "oci://\(host)/\(prefix)" }
        // The path of a folder stands for the files in it.
        guard let file = try? OCIFile(path, below: prefix) ?? OCIFile(path + "/-", below: prefix) else {
            return "oci://\(host)/\(prefix)"
        }
        return "oci://\(host)/\(file.repository):\(file.tag)"
    }

    /// The file at a path in the registry.
    func at(_ path: String) -> OCIPlace { OCIPlace(host: host, prefix: prefix, path: path) }

    /// Another file of the registry, at a path from this one; nil when it would lead out of the registry.
    func relative(_ text: String) -> OCIPlace? {
        FilePaths.relative(text, to: path).map(at)
    }
}

/// Where a file of a registry is among the repositories: a layer of what a tag names, or of what refers to that.
struct OCIFile: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// The index, or its signature.
        case index
        /// A plugin's own index, or its signature.
        case ownIndex
        /// The module of a release.
        case module
        /// Another file of a release, which refers to the module's manifest.
        case document
        /// What is staged for the keeper of a signed registry, and advisories.
        case other
    }

    let kind: Kind
    let repository: String
    let tag: String
    /// What the layer is called (`org.opencontainers.image.title`).
    let title: String

    /// The tag of an index.
    static let indexTag = "index"
    /// What the text of an index is called, also of a plugin's own.
    static let indexTitle = RegistryIndex.fileName
    /// The tag of the advisories.
    static let advisoriesTag = "advisories"
    /// What the tags of what is staged begin with.
    static let stagedPrefix = "staged-"

    /// Finds the place of a path; nil for one that a registry does not have.
    init?(_ path: String, below prefix: String) throws {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.last, Self.isTitle(name) else { return nil }
        title = name
        switch (parts.first, parts.count) {
        case (RegistryIndex.fileName, 1), (RegistryIndex.fileName + IndexSeal.ending, 1):
            (kind, repository, tag) = (.index, prefix, Self.indexTag)
        case (SparseIndex.folder, 3...4):
            let stem = name.hasSuffix(IndexSeal.ending) ? String(name.dropLast(IndexSeal.ending.count)) : name
            guard stem.hasSuffix(".json"), let plugin = PluginName(String(stem.dropLast(5))) else { return nil }
            (kind, repository, tag) = (.ownIndex, try Self.repository(of: plugin, below: prefix), Self.indexTag)
        case ("artifacts", 4):
            guard let plugin = PluginName(parts[1]), let tag = Self.tag(ofVersion: parts[2]) else { return nil }
            self.tag = tag
            kind = name == "\(plugin).wasm" ? .module : .document
            repository = try Self.repository(of: plugin, below: prefix)
        case (StagedRelease.folder, 4):
            (kind, repository, tag) = (.other, prefix, try Self.stagedTag(parts.dropLast().joined(separator: "/")))
        case ("advisories", 2): (kind, repository, tag) = (.other, prefix, Self.advisoriesTag)
        default: return nil
        }
    }

    /// The repository of a plugin: its name in lower case; a name that no repository can have goes by its SHA-256.
    static func repository(of plugin: PluginName, below prefix: String) throws -> String {
        let name = plugin.description.lowercased()
        return try prefix + "/" + (OCINames.isRepository(name) && name.utf8.count <= 100 ? name : "n." + hash(name))
    }

    /// The tag of a version: `_` stands for the `+` in front of build metadata, which no tag may have.
    static func tag(ofVersion version: String) -> String? {
        let tag = version.split(separator: "+", omittingEmptySubsequences: false).joined(separator: "_")
        return OCINames.isTag(tag) ? tag : nil
    }

    /// The version that a tag stands for; nil for a tag of something else.
    static func version(ofTag tag: String) -> String? {
        let version = tag.split(separator: "_", omittingEmptySubsequences: false).joined(separator: "+")
        return PluginVersion(version).isSemantic ? version : nil
    }

    static func stagedTag(_ folder: String) throws -> String { try stagedPrefix + hash(folder) }

    /// Whether a text can be a file's name, and leads nowhere.
    static func isTitle(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count) && text != "." && text != ".."
            && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
    }

    private static func hash(_ text: String) throws -> String {
        String(try SHA256Digest(of: Array(text.utf8)).description.prefix(40))
    }
}
