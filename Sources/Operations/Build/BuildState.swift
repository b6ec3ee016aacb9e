package import Authoring
internal import Basics
internal import Contract
internal import Files
internal import LibCrypto
internal import Trust

/// How a built module relates to the sources and the version at hand.
package enum BuildState: Sendable, Equatable {
    /// `pdk build` made it of these sources, for this version.
    case current
    /// It is not of these sources or not for this version; the text says why.
    case stale(String)
    /// There is no record of its build; the text names a source that is newer, where there is one.
    case unrecorded(String?)

    /// Compares `dist/NAME.wasm` with the record of its build.
    package static func of(_ project: PluginProject) throws -> BuildState {
        guard try FileStatus.of(project.modulePath, followingLinks: true) != nil else { return .unrecorded(nil) }
        return try of(project, module: digest(of: project.modulePath))
    }

    /// The same of a module that was read: of its SHA-256.
    private static func of(_ project: PluginProject, module: SHA256Digest) throws -> BuildState {
        guard let status = try FileStatus.of(project.modulePath, followingLinks: true) else { return .unrecorded(nil) }
        guard let record = try BuildRecord.read(of: project), [record.digest, record.signedDigest].contains(module),
            let sources = try BuildRecord.sources(of: project)
        else {
            let newer = try SourceFiles.find(of: project)?.first(newerThan: status.modified)
            return .unrecorded(newer.map { "\($0.printable) has changed" })
        }
        if let change = record.change(against: sources) { return .stale(change) }
        if !record.version.utf8.elementsEqual(project.version.utf8) {
            return .stale("the version was changed from \(record.version.printable) to \(project.version.printable)")
        }
        if !record.command.utf8.elementsEqual((project.manifest.buildCommand?.text ?? "").utf8) {
            return .stale("the build command has changed")
        }
        return .current
    }

    /// Refuses a module that is not built of the sources at hand; without a record, returns what to warn of.
    ///
    /// Error: `stale-module`.
    package static func require(_ project: PluginProject, isChecked: Bool) throws -> [String] {
        try adoptRenamed(project)
        return isChecked ? try of(project).required(project) : []
    }

    /// The same of a module's state that is known, for one who has more to ask of it.
    static func checked(_ project: PluginProject, isRequired: Bool) throws -> (state: BuildState, warnings: [String]) {
        try adoptRenamed(project)
        let state = try of(project)
        return (state, isRequired ? try state.required(project) : [])
    }

    private func required(_ project: PluginProject) throws -> [String] {
        switch self {
        case .current: return []
        case .stale(let reason):
            throw Problem(
                .staleModule,
                "\(project.modulePath) was not built from the current sources: \(reason) since it was built",
                help: "build it again with: pdk build (or release it as it is with --no-build-check)")
        case .unrecorded(let reason):
            return reason.map { [Self.sentence($0, project)] } ?? []
        }
    }

    /// What is said where the module is not built from the current sources: what runs is then not what the author sees.
    ///
    /// - Parameter bytes: The module, where it was read already.
    package static func warnings(of project: PluginProject, module bytes: [UInt8]? = nil) throws -> [String] {
        switch try bytes.map({ try of(project, module: SHA256Digest(of: $0)) }) ?? of(project) {
        case .current, .unrecorded(nil): []
        case .stale(let reason), .unrecorded(let reason?): [sentence(reason, project)]
        }
    }

    private static func sentence(_ reason: String, _ project: PluginProject) -> String {
        "\(reason) since dist/\(project.name).wasm was built; run pdk build"
    }

    /// Whether the module is one that `pdk build` has left.
    var isRecorded: Bool {
        if case .unrecorded = self { return false }
        return true
    }

    /// Takes the module of a plugin that was renamed since its build under its new name.
    private static func adoptRenamed(_ project: PluginProject) throws {
        guard try FileStatus.of(project.modulePath, followingLinks: true) == nil,
            let record = try BuildRecord.read(of: project), !record.module.utf8.contains(UInt8(ascii: "/"))
        else { return }
        let old = FilePaths.join(project.folder, "dist/\(record.module)")
        guard try FileStatus.of(old)?.kind == .regular,
            try [record.digest, record.signedDigest].contains(digest(of: old))
        else { return }
        try Folder.move(old, to: project.modulePath)
        try BuildRecord(
            version: record.version, command: record.command, module: FilePaths.name(of: project.modulePath),
            digest: record.digest, signedDigest: record.signedDigest, sources: record.sources
        ).write(to: project)
    }

    /// Notes that `pdk sign` has put the manifest into the module.
    static func noteSigned(_ project: PluginProject, as digest: SHA256Digest) throws {
        guard var record = try BuildRecord.read(of: project), record.signedDigest != digest else { return }
        record.signedDigest = digest
        try record.write(to: project)
    }

    /// The SHA-256 of a module.
    static func digest(of path: String) throws -> SHA256Digest {
        var hash = try SHA256()
        try FileHandle(reading: path).stream(limit: KitLimits.moduleBytes) { piece in try hash.update(piece) }
        return try SHA256Digest(finishing: hash)
    }
}
