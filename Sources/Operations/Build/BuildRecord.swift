internal import Authoring
internal import Basics
package import Contract
internal import Files
internal import LibCrypto
internal import Trust

/// What `pdk build` notes of a build: which sources it read, for which version, and which module it left.
///
/// It lies in `dist/build.json`, and is how a release is told to be made of the sources at hand; times of files are not.
package struct BuildRecord: Sendable, Equatable {
    /// A source file and the SHA-256 of its bytes.
    package struct Source: Sendable, Equatable {
        /// Relative to the plugin's folder.
        package let path: String
        package let digest: SHA256Digest

        package static func == (left: Source, right: Source) -> Bool {
            left.path.utf8.elementsEqual(right.path.utf8) && left.digest == right.digest
        }
    }

    /// The file's name in `dist`.
    static let fileName = "build.json"
    /// The largest record that is read, in bytes.
    private static let maximumBytes = 8 << 20

    /// The plugin's version at the build.
    package let version: String
    /// The manifest's build command.
    package let command: String
    /// The module's name in `dist`.
    package let module: String
    /// The SHA-256 of the module as it was built.
    package let digest: SHA256Digest
    /// The SHA-256 after `pdk sign` has put the manifest into it; nil before that.
    package var signedDigest: SHA256Digest?
    /// Sorted by the bytes of their paths.
    package let sources: [Source]

    static func path(in project: PluginProject) -> String { FilePaths.join(project.folder, "dist/\(fileName)") }

    /// The digests of a plugin's sources now; nil where there are too many of them.
    static func sources(of project: PluginProject) throws -> [Source]? {
        guard let files = try SourceFiles.find(of: project) else { return nil }
        return try files.paths.map { path in
            var hash = try SHA256()
            let handle = try FileHandle(reading: FilePaths.join(project.folder, path))
            try handle.stream(limit: KitLimits.moduleBytes) { piece in try hash.update(piece) }
            return Source(path: path, digest: try SHA256Digest(finishing: hash))
        }
    }

    /// The record of the last build; nil where there is none that can be read.
    static func read(of project: PluginProject) throws -> BuildRecord? {
        let path = path(in: project)
        guard try FileStatus.of(path)?.kind == .regular else { return nil }
        let bytes = try WholeFiles.read(path, limit: maximumBytes)
        // A record that is damaged or of another version of the kit says nothing; the next build writes it anew.
        guard let root = try? JSONDocument(parsing: bytes).root, let version = root["version"]?.string,
            let command = root["command"]?.string, let module = root["module"]?.string,
            let digest = root["sha256"]?.string.flatMap({ SHA256Digest(hex: $0) }), let sources = root["sources"]
        else { return nil }
        return BuildRecord(
            version: version, command: command, module: module, digest: digest,
            signedDigest: root["signed_sha256"]?.string.flatMap { SHA256Digest(hex: $0) },
            sources: sources.members.compactMap { key, value in
                guard let path = key.string, let digest = value.string.flatMap({ SHA256Digest(hex: $0) }) else {
                    return nil
                }
                return Source(path: path, digest: digest)
            })
    }

    /// Writes the record in place of an earlier one.
    func write(to project: PluginProject) throws {
        let json = JSONValue.object([
            "version": .string(version), "command": .string(command), "module": .string(module),
            "sha256": .string(digest.description), "signed_sha256": signedDigest.map { .string($0.description) },
            "sources": .object(sources.map { JSONValue.Member($0.path, .string($0.digest.description)) }),
        ])
        try WholeFiles.replace(Self.path(in: project), with: json.fileText)
    }

    /// What differs between the sources of the build and those of now; nil when nothing does.
    func change(against now: [Source]) -> String? {
        var before = sources[...], after = now[...]
        while let old = before.first, let new = after.first {
            if old == new {
                before.removeFirst()
                after.removeFirst()
            } else if old.path.utf8.elementsEqual(new.path.utf8) {
                return "\(new.path.printable) has changed"
            } else if new.path.utf8.lexicographicallyPrecedes(old.path.utf8) {
                return "\(new.path.printable) is new"
            } else {
                return "\(old.path.printable) is gone"
            }
        }
        return before.first.map { "\($0.path.printable) is gone" } ?? after.first.map { "\($0.path.printable) is new" }
    }
}
