package import Authoring
package import Basics
package import Checking
internal import Contract
internal import Files
package import PluginRegistry
package import Running
package import Trust

/// `pdk publish`: adds a signed module to a registry, after proving that it installs and verifies from there.
package struct PublishPlugin {
    package let project: PluginProject
    package let location: RegistryLocation
    package let key: KeySource
    package let isDryRun: Bool
    package let skipsExisting: Bool
    /// When it is published, in seconds since 1970.
    package let now: Int
    /// Where throw-away files may be made.
    package let scratch: String
    /// The engine that the plugin is run in before it is published.
    package let engine: EngineSource

    package init(
        project: PluginProject, location: RegistryLocation, key: KeySource, isDryRun: Bool, skipsExisting: Bool,
        now: Int, scratch: String, engine: EngineSource
    ) {
        self.project = project
        self.location = location
        self.key = key
        self.isDryRun = isDryRun
        self.skipsExisting = skipsExisting
        self.now = now
        self.scratch = scratch
        self.engine = engine
    }

    /// What was published.
    package struct Report: Sendable {
        package let name: String
        package let version: String
        package let sha256: String
        package let signer: String
        package let indexPath: String
        package let modulePath: String
        /// Whether the registry was made by this.
        package let isNewRegistry: Bool
        /// Whether the same bytes were there already, and nothing was done.
        package let wasThere: Bool
        package let isDryRun: Bool
        /// Warnings of `pdk check`.
        package let warnings: [Finding]
    }

    /// Publishes; until everything is proved nothing of it can be seen, and a failure leaves the registry as it was.
    package func run() async throws -> Report {
        guard let registry = location.folder, let indexPath = location.indexPath else {
            throw Problem(
                .registryOnTheWeb, "cannot publish to \(location): only a folder can be published to",
                help: "publish to the folder that the server serves, or to a copy that you upload")
        }
        guard FilePaths.name(of: indexPath) == RegistryIndex.fileName else {
            throw Problem(
                .notARegistry, "cannot publish to \(indexPath): the index of a registry folder is called index.json",
                help: "give the registry's folder")
        }
        let module = try project.readModule()
        let signature = try readSignature()
        let publisher = try key.publisher()
        let release = try Release(
            project: project, module: module, signature: signature, publishedAt: Timestamp(seconds: now))
        let status = try FileStatus.of(indexPath)
        guard status?.kind != .link else {
            throw Problem(
                .notARegistry, "cannot publish to \(indexPath): it is a link, and would be replaced by a file",
                help: "publish to the folder of the index that it leads to")
        }
        let isNew = status == nil
        if isNew { try refuseForeignFolder(registry) }
        if isDryRun {
            let index = try currentIndex(isNew: isNew)
            if try isPublished(release, in: index) {
                return report(release, publisher, [], registry, isNew: isNew, wasThere: true)
            }
            let warnings = try await checkedWarnings(module)
            let folder = try TemporaryFolder(in: scratch, prefix: "pdk-publish-")
            _ = try prove(release, index, publisher, in: folder.path)
            return report(release, publisher, warnings, registry, isNew: isNew, wasThere: false)
        }
        if isNew { try Folder.create(registry) }
        do {
            return try await publish(release, publisher, in: registry, indexPath: indexPath)
        } catch {
            // What could not be published has made no registry; a folder that holds anything stays.
            if isNew { Folder.removeIfEmpty(registry) }
            throw error
        }
    }

    /// What the name of the folder that a publish is staged in begins with.
    private static let staging = ".pdk-publish-"

    private func publish(
        _ release: Release, _ publisher: Publisher, in registry: String, indexPath: String
    ) async throws -> Report {
        let folder = try Folder(registry), lock = try folder.locked()
        // Under the lock, what a publish that was killed has left is nobody's any more.
        for name in try folder.names() where TemporaryFolder.isName(name, prefix: Self.staging) {
            try Folder.removeTree(FilePaths.join(registry, name))
        }
        // Under the lock: another publish may have made the registry meanwhile.
        let isNew = try FileStatus.of(indexPath) == nil
        let index = try currentIndex(isNew: isNew)
        if try isPublished(release, in: index) {
            return report(release, publisher, [], registry, isNew: false, wasThere: true)
        }
        let warnings = try await checkedWarnings(release.module)
        let staging = try TemporaryFolder(in: registry, prefix: Self.staging)
        let proven = try prove(release, index, publisher, in: staging.path)
        try refuseUsedFolder(release, index, registry)
        try makeVisible(proven, in: folder, discarded: FilePaths.join(staging.path, "discarded"))
        lock.release()
        return report(release, publisher, warnings, registry, isNew: isNew, wasThere: false)
    }

    /// A folder that another entry's module lies in is not a leftover, and must not be moved away.
    private func refuseUsedFolder(_ release: Release, _ index: RegistryIndex, _ registry: String) throws {
        guard try FileStatus.of(FilePaths.join(registry, release.folder)) != nil else { return }
        guard let entry = index.entries.first(where: { $0.artifact.contains(release.folder + "/") }) else { return }
        throw Problem(
            .folderInUse,
            "\(registry)/\(release.folder) holds the module of \(entry.name.printable) v\(entry.version.printable)",
            help: "publish under another version, or move that module and correct its artifact in the index")
    }

    private func prove(
        _ release: Release, _ index: RegistryIndex, _ publisher: Publisher, in folder: String
    ) throws -> ProvenRelease {
        let staged = FilePaths.join(folder, "registry")
        try Folder.create(staged)
        let next: RegistryIndex
        do { next = try index.adding(release.entry) } catch {
            throw Problem(.indexMalformed, "\(location): \(error)")
        }
        return try ProvenRelease.prove(
            release, index: next, publisher: publisher, staged: staged, scratch: FilePaths.join(folder, "plugins"))
    }

    /// Renames the module's folder into place, then the index: a version is there whole before the index names it.
    private func makeVisible(_ proven: ProvenRelease, in registry: borrowing Folder, discarded: String) throws {
        let target = FilePaths.join(registry.path, proven.release.folder)
        let parent = FilePaths.parent(of: target) ?? registry.path
        try open(proven, for: registry)
        // What a publish that was cut short has left is not published: the index does not name it.
        if try FileStatus.of(target) != nil { try Folder.move(target, to: discarded) }
        try Folder.move(FilePaths.join(proven.staged, proven.release.folder), to: target)
        try Folder(target).synchronize()
        try Folder(parent).synchronize()
        try Folder(FilePaths.parent(of: parent) ?? registry.path).synchronize()
        try Folder.move(
            FilePaths.join(proven.staged, RegistryIndex.fileName),
            to: FilePaths.join(registry.path, RegistryIndex.fileName))
        try registry.synchronize()
    }

    /// Makes the folders that the release lacks, and lets those read it who may read the registry, whatever the umask.
    private func open(_ proven: ProvenRelease, for registry: borrowing Folder) throws {
        let index = try FileAccess.of(FilePaths.join(registry.path, RegistryIndex.fileName))
        let folders = index == nil ? nil : try FileAccess.of(registry.path)
        let module = FilePaths.join(proven.staged, proven.release.entry.artifact)
        try index?.give(to: module)
        try index?.give(to: FilePaths.join(proven.staged, RegistryIndex.fileName))
        try folders?.give(to: FilePaths.join(proven.staged, proven.release.folder))
        var path = registry.path
        for part in proven.release.folder.split(separator: "/").dropLast() {
            path = FilePaths.join(path, String(part))
            let isThere = try FileStatus.of(path) != nil
            try Folder.create(path)
            if !isThere { try folders?.give(to: path) }
        }
    }

    private func currentIndex(isNew: Bool) throws -> RegistryIndex {
        if isNew {
            do { return try RegistryIndex.empty } catch { throw Problem(.indexMalformed, "\(error)") }
        }
        return try Registry.load(location).index
    }

    /// Whether the version is there with the same bytes and that is fine; with other bytes it is an error.
    private func isPublished(_ release: Release, in index: RegistryIndex) throws -> Bool {
        let entries = index.entries(named: release.name)
        guard let entry = entries.first(where: { $0.version == release.version }) else {
            let mine = PluginVersion(release.version)
            if let same = entries.first(where: { PluginVersion($0.version).precedence(against: mine) == 0 }) {
                throw Problem(
                    .alreadyPublished,
                    "\(release.name) v\(same.version.printable) already exists in \(location), and v\(release.version) is the same version to every reader",
                    help: "raise version: in \(project.manifestPath): build metadata does not order versions")
            }
            return false
        }
        guard entry.sha256.lowercased() == release.entry.sha256 else {
            throw Problem(
                .alreadyPublished,
                "\(release.name) v\(release.version) already exists in \(location) with other bytes: a published version never changes",
                help: "raise version: in \(project.manifestPath), then build and sign again")
        }
        guard skipsExisting else {
            throw Problem(
                .alreadyPublished,
                "\(release.name) v\(release.version) already exists in \(location) with the same bytes",
                help: "there is nothing to do; --skip-existing makes this a success")
        }
        return true
    }

    private func readSignature() throws -> String {
        guard try FileStatus.of(project.signaturePath, followingLinks: true) != nil else {
            throw Problem(
                .noSignature, "no signature for \(project.modulePath): only signed modules are published",
                help: "sign it with: pdk sign")
        }
        return Base64.encode(try SignatureFile(reading: project.signaturePath).bytes)
    }

    /// A folder that holds other things is not made a registry by a slip of the fingers.
    private func refuseForeignFolder(_ registry: String) throws {
        guard let status = try FileStatus.of(registry, followingLinks: true) else { return }
        guard status.kind == .folder else {
            throw Problem(.notARegistry, "\(registry) is not a folder", help: "give the registry's folder")
        }
        let names = try Folder(registry).names().filter { !$0.hasPrefix(".") && $0 != "artifacts" }
        guard names.isEmpty else {
            throw Problem(
                .notARegistry,
                "\(registry) is not a registry: it has no index.json, and other files (\(names[0].printable))",
                help: "give an empty or a new folder")
        }
    }

    /// The findings of `pdk check` on the bytes that are to be published; an error among them stops the publish.
    private func checkedWarnings(_ module: [UInt8]) async throws -> [Finding] {
        let findings = try await CheckPlugin(
            project: project, registry: nil, key: key, now: now, scratch: scratch, engine: engine, hasRoundTrip: false,
            module: module
        ).run().findings
        if let error = findings.first(where: \.isError) {
            throw CheckFailure(name: project.name, findings: findings, first: error)
        }
        return findings.filter { $0.silencedBecause == nil }
    }

    private func report(
        _ release: Release, _ publisher: Publisher, _ warnings: [Finding], _ registry: String, isNew: Bool,
        wasThere: Bool
    ) -> Report {
        Report(
            name: release.name, version: release.version, sha256: release.entry.sha256, signer: publisher.label,
            indexPath: FilePaths.join(registry, RegistryIndex.fileName),
            modulePath: FilePaths.join(registry, release.entry.artifact), isNewRegistry: isNew, wasThere: wasThere,
            isDryRun: isDryRun, warnings: warnings)
    }
}

/// A publish that `pdk check` stands in the way of.
package struct CheckFailure: Diagnostic {
    package let name: String
    package let findings: [Finding]
    let first: Finding
    package var code: ErrorCode { .checkFailed }
    package var message: String {
        let others = findings.count(where: \.isError) - 1
        return
            "\(name) is not fit to be published: \(first.rule.id), \(FilePaths.name(of: first.file)): \(first.message)"
            + (others > 0 ? " (and \(others) more)" : "")
    }
    package var help: String? {
        let isOnlyOne = findings.count(where: \.isError) == 1
        return (isOnlyOne ? first.help : nil) ?? "pdk check shows all findings and how to mend them"
    }
}
