internal import Basics
package import Contract
package import Ed25519
internal import Files
internal import Trust

/// A change that waits for whoever keeps a signed registry, in `staged/NAME/VERSION/` or `staged/NAME/VERSION.yank/`.
///
/// Where `VERSION.yank` is itself a version that can be published, a withdrawal lies in `staged/NAME/VERSION~yank/`.
///
/// `request.json` says what is wanted; a release lies beside it. Nothing in the folder is offered to anybody.
package struct StagedRelease: Sendable {
    /// The folder in a registry.
    package static let folder = "staged"
    /// The name of the file that says what is wanted.
    package static let fileName = "request.json"

    /// What is wanted.
    package enum Wish: Sendable {
        /// To publish an entry; its key is that of its publisher.
        case publish(IndexEntry, key: PublicKey)
        /// To withdraw a version for a reason, or with none to offer it again.
        case yank(reason: String?)
    }

    package let name: PluginName
    package let version: String
    package let wish: Wish

    package init(name: PluginName, version: String, wish: Wish) {
        self.name = name
        self.version = version
        self.wish = wish
    }

    /// Where it lies in the registry.
    package var path: String {
        guard case .yank = wish else { return "\(Self.folder)/\(name)/\(version)" }
        let folder = version + Self.ending
        return "\(Self.folder)/\(name)/" + (PluginVersion(folder).isSemantic ? version + Self.otherEnding : folder)
    }

    /// How the folder of a withdrawal ends; no version has the second one in it.
    private static let ending = ".yank", otherEnding = "~yank"

    /// What a file below `staged` may be part of, as `--reject` names it: `NAME@VERSION`.
    package static func names(of path: String) -> [String] {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 3, parts[0] == folder else { return [] }
        let version = parts[2]
        let stems = [ending, otherEnding].filter { version.hasSuffix($0) }.map { String(version.dropLast($0.count)) }
        return ([version] + stems).map { "\(parts[1])@\($0)" }
    }

    /// How people name it: `NAME@VERSION`.
    package var shown: String { "\(name)@\(version)" }

    /// The module's path there.
    package var modulePath: String { "\(path)/\(name).wasm" }

    /// The files that are staged.
    package func files(module: [UInt8]?) -> [NewArtifact] {
        let request = Array(json.fileText.utf8)
        return (module.map { [NewArtifact(path: modulePath, bytes: $0)] } ?? []) + [
            NewArtifact(path: "\(path)/\(Self.fileName)", bytes: request)
        ]
    }

    private var json: JSONValue {
        switch wish {
        case .publish(let entry, let key):
            .object(["publish": .array([entry.json]), "public_key": .string(key.text)])
        case .yank(let reason):
            .object([
                "name": .string(name.description), "version": .string(version),
                reason == nil ? "undo" : "yank": .string(reason ?? ""),
            ])
        }
    }

    /// Reads a request as it was staged; error: `indexMalformed`.
    package init(reading bytes: [UInt8], path: String) throws(RegistryError) {
        do {
            let root = try JSONDocument(parsing: bytes, limits: JSONLimits(bytes: 1 << 20)).root
            if let list = root["publish"] {
                let text = Array("{\"plugins\":\(list.text)}".utf8)
                guard let entry = try RegistryIndex(reading: text).entries.first, let name = PluginName(entry.name),
                    let key = root["public_key"]?.string.flatMap({ PublicKey(text: $0) })
                else { throw JSONError("it has no entry, or no public_key", offset: 0) }
                self.init(name: name, version: entry.version, wish: .publish(entry, key: key))
            } else {
                guard let name = root["name"]?.string.flatMap({ PluginName($0) }),
                    let version = root["version"]?.string,
                    let reason = root["yank"]?.string ?? root["undo"]?.string
                else { throw JSONError("it says neither publish, yank nor undo", offset: 0) }
                self.init(name: name, version: version, wish: .yank(reason: root["undo"] == nil ? reason : nil))
            }
        } catch {
            throw RegistryError(
                .indexMalformed, "\(path) is not a request to change the registry: \(error)", help: "remove its folder")
        }
        let isYank = if case .yank = wish { true } else { false }
        guard PluginVersion(version).isSemantic || isYank, path == "\(self.path)/\(Self.fileName)" else {
            throw RegistryError(
                .indexMalformed,
                "\(path) is a request about \(name) v\(version.printable), so it is in the wrong folder",
                help: "remove its folder")
        }
    }
}
