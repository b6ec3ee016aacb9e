package import Authoring
package import Basics
package import Checking
package import Contract
internal import Files
package import PluginRegistry

/// `pdk publish`: adds a signed module to a registry, after proving that it installs and verifies from there.
package struct PublishPlugin {
    package let project: PluginProject
    package let location: RegistryLocation
    package let key: KeySource
    package let options: Options

    /// What is done about the plugin's cases.
    package enum Cases: Sendable { case run, skipped, passedAlready(PassedCases?) }

    /// What the command line allows.
    package struct Options: Sendable {
        /// Check everything, but publish nothing.
        package var isDryRun = false
        /// Succeed if the same release is already published.
        package var skipsExisting = false
        /// Make the registry wherever it is to be.
        package var creates = false
        /// Publish under another key than the releases before.
        package var acceptsNewKey = false
        /// Refuse a module that is not built from the current sources and version.
        package var checksBuild = true
        /// Publish even if there is no engine to run the plugin in.
        package var allowsNoEngine = false
        /// Whether the plugin's cases run first; a failing one stops the publish.
        package var cases = Cases.run
        /// What errors name in place of the manifest, for a release that was made elsewhere; nil for the project's own.
        package var origin: String?
        /// Where the key of a signed registry may be; nil stages the release for who keeps the registry.
        package var registryKeys: RegistryKeys?

        package init() {}
    }
    /// What it works in.
    package let context: Context

    package init(
        project: PluginProject, location: RegistryLocation, key: KeySource, options: Options, in context: Context
    ) {
        self.project = project
        self.location = location
        self.key = key
        self.options = options
        self.context = context
    }

    /// What was published.
    package struct Report: Sendable {
        package let name: String
        package let version: String
        package let digest: SHA256Digest
        package let signer: String
        package let indexPath: String
        package let modulePath: String
        /// Whether the registry was made by this.
        package let isNewRegistry: Bool
        /// Where the release waits for who keeps the registry; nil when it is published.
        package var staged: String?
        /// Whether the same release was there already, and nothing was done.
        package let alreadyPublished: Bool
        package let isDryRun: Bool
        /// Warnings of `pdk check`.
        package let warnings: [Finding]
        /// What else the author should know, such as that no case was run.
        package private(set) var notes: [String]

        /// The same with more to know.
        func adding(_ more: [String]) -> Report {
            var copy = self
            copy.notes = more + notes
            return copy
        }
    }

    /// What to do about a version that is taken: only those who make the release can raise it.
    private func raising(_ more: String = "") -> String {
        options.origin.map { "ask the publisher of \($0) for a new version" }
            ?? "raise version: in \(project.manifestPath)\(more)"
    }

    /// A release that is to be published, and what has been found out for it.
    private struct Candidate {
        let release: Release
        let publisher: Publisher
        let place: RegistryPlace
        let store: any RegistryStore
        /// Whether the registry is made by this.
        var isNewRegistry = false
        var warnings: [Finding] = []
        var notes: [String] = []
        var cases: PassedCases?
    }

    /// Prepares the release, proves it, commits it: until then nothing of it can be seen, and a failure changes nothing.
    package func run() async throws -> Report {
        var candidate = try candidate()
        let release = candidate.release, store = candidate.store
        let snapshot = try snapshot(release, store)
        candidate.isNewRegistry = snapshot.revision == nil
        if candidate.isNewRegistry { try candidate.place.checkNew(isMeant: options.creates, confirm: context.confirm) }
        if try isPublished(release, in: snapshot, store) {
            if !options.isDryRun { try store.settle(release.name) }
            return report(candidate, alreadyPublished: true)
        }
        let cases = try await CaseGate.outcome(
            options.cases, of: project, allowsNoEngine: options.allowsNoEngine, in: context)
        candidate.cases = cases.passed
        candidate.notes += cases.notes
        candidate.warnings = try await check(release.module, extent: .release)
        try checkKey(candidate.publisher, against: snapshot, store)
        try prove(release, candidate.publisher)
        if candidate.isNewRegistry { try store.prepare() }
        if options.isDryRun { return report(candidate) }
        return try publish(&candidate, in: snapshot)
    }

    /// Reads what is to be published, and who has signed it.
    private func candidate() throws -> Candidate {
        let place = try RegistryPlace(location)
        var notes = try BuildState.require(project, isChecked: options.checksBuild)
        let module = try project.readModule()
        notes += try LoadableModule.warnings(module, options.origin ?? project.modulePath, isRequired: true)
        let signature = try readSignature()
        let publisher = try key.publisher()
        let release = try Release(
            project: project, module: module, signature: signature, publicKey: publisher.publicKey,
            publishedAt: Timestamp(seconds: context.now), origin: options.origin)
        return Candidate(
            release: release, publisher: publisher, place: place, store: context.store(of: location, isCreating: true),
            notes: notes)
    }

    /// Commits the release, or leaves it for who keeps a signed registry whose key is not here.
    private func publish(_ candidate: inout Candidate, in snapshot: IndexSnapshot) throws -> Report {
        let release = candidate.release
        let transaction = try candidate.store.begin()
        let signer = try options.registryKeys?.signer(for: snapshot.outline, of: location, context.network)
        guard !snapshot.outline.isSigned || signer != nil else { return try stage(&candidate, transaction) }
        let documents = try documents(&candidate, in: release.folder)
        try transaction.add(NewArtifact(path: release.entry.artifact, bytes: release.module))
        for file in documents { try transaction.add(file) }
        var first: IndexSnapshot? = snapshot
        return try candidate.store.untilFirst {
            let now: IndexSnapshot
            if let known = first.take() {
                now = known
            } else {
                // Somebody else was faster: what stands in the index now decides.
                now = try self.snapshot(release, candidate.store)
                candidate.isNewRegistry = false
                if try isPublished(release, in: now, candidate.store) {
                    return report(candidate, alreadyPublished: true)
                }
                try checkKey(candidate.publisher, against: now, candidate.store)
                candidate.isNewRegistry = now.revision == nil
            }
            var change = now.change(adding: release.entry, at: Timestamp(seconds: context.now))
            if let signer { change = try change.signed(by: signer) }
            try transaction.commit(change, expecting: now.revision)
            return report(candidate)
        }
    }

    private func stage(_ candidate: inout Candidate, _ transaction: any StoreTransaction) throws -> Report {
        let release = candidate.release
        let staged = StagedRelease(
            name: release.name, version: release.version,
            wish: .publish(release.entry, key: candidate.publisher.publicKey))
        let documents = try documents(&candidate, in: staged.path)
        // The request is the last: until it is there nobody looks at the others.
        try StagedChange.stage(documents + staged.files(module: release.module), in: candidate.store, transaction)
        candidate.isNewRegistry = false
        var report = report(candidate)
        report.staged = candidate.place.path(of: staged.path)
        return report
    }

    /// What people read of the release, as it goes into a folder of the registry.
    private func documents(_ candidate: inout Candidate, in folder: String) throws -> [NewArtifact] {
        try DocumentFiles.artifacts(
            of: project, in: folder, findings: candidate.warnings, cases: candidate.cases, notes: &candidate.notes)
    }

    private func snapshot(_ release: Release, _ store: any RegistryStore) throws -> IndexSnapshot {
        try ReleaseSlot.snapshot(of: store, name: release.name, version: release.version)
    }

    private func prove(_ release: Release, _ publisher: Publisher) throws {
        let folder = try TemporaryFolder(inShared: context.scratch, prefix: "pdk-publish-")
        try ProvenRelease.prove(release, publisher: publisher, in: folder.path)
    }

    /// Whether the version is there as it is to be published and that is fine; anything else is an error.
    private func isPublished(_ release: Release, in snapshot: IndexSnapshot, _ store: any RegistryStore) throws -> Bool
    {
        guard let entry = snapshot.entry(spelled: release.version) else {
            if let same = snapshot.entry(ranking: release.version) {
                throw Problem(
                    .alreadyPublished,
                    "\(release.name) v\(same.version.printable) already exists in \(location), and v\(release.version) is the same version",
                    help: raising(": build metadata is ignored"))
            }
            return false
        }
        let difference = PublishedRelease(entry, in: store).difference(from: release.entry)
        switch difference {
        case .none: break
        case .entry(let what):
            throw Problem(
                .alreadyPublished,
                "\(release.name) v\(release.version) already exists in \(location) with \(what): a published version must not change",
                help: raising(", then build and sign again"))
        case .artifact(let what):
            throw Problem(
                .publishedArtifactDamaged,
                "\(release.name) v\(release.version) already exists in \(location), and \(what)",
                help: "restore the file from a backup, or publish a new version")
        }
        guard options.skipsExisting else {
            throw Problem(
                .alreadyPublished,
                "\(release.name) v\(release.version) already exists in \(location) with the same bytes",
                help: "to succeed in this case, give --skip-existing")
        }
        return true
    }

    /// Refuses what a publish refuses whatever the signature: findings, a version that is there, another key.
    func checkUnsigned() async throws {
        _ = try await check(extent: .plugin)
        let store = context.store(of: location)
        let snapshot = try ReleaseSlot.snapshot(of: store, name: project.name, version: project.version)
        try checkKey(key.publisher(), against: snapshot, store)
        guard !options.skipsExisting, snapshot.entry(ranking: project.version) != nil else { return }
        throw Problem(
            .alreadyPublished, "\(project.name) v\(project.version.printable) already exists in \(location)",
            help: raising("; --skip-existing succeeds if it is the same release"))
    }

    /// A name stays its publisher's: another key than that of its newest signed release must be meant.
    ///
    /// One that follows that key by a statement of the publisher's is the publisher's, too.
    private func checkKey(_ publisher: Publisher, against snapshot: IndexSnapshot, _ store: any RegistryStore) throws {
        guard !options.acceptsNewKey, let entry = snapshot.entries.first(where: { $0.signature != nil }),
            PublishedModule(entry, in: store).isSigned(by: publisher.publicKey, called: publisher.label) == false
        else { return }
        let earlier = try key.store?.predecessors(of: publisher.publicKey) ?? []
        if earlier.contains(where: { PublishedModule(entry, in: store).isSigned(by: $0, called: "earlier") == true }) {
            return
        }
        throw Problem(
            .newKey,
            "\(entry.name.printable) v\(entry.version.printable) in \(location) is signed with another key than '\(publisher.label)'",
            help: "sign with the key of the earlier releases, or accept the new key with --accept-new-key")
    }

    private func readSignature() throws -> Signature {
        guard try FileStatus.of(project.signaturePath, followingLinks: true) != nil else {
            throw Problem(
                .noSignature, "no signature for \(project.modulePath): only signed modules are published",
                help: "sign it with: pdk sign")
        }
        return try SignatureFile(reading: project.signaturePath).signature
    }

    /// The findings of `pdk check` on the bytes that are to be published; an error among them stops the publish.
    ///
    /// - Parameter module: The bytes that are to be published; nil to read the built module.
    func check(_ module: [UInt8]? = nil, extent: CheckPlugin.Extent) async throws -> [Finding] {
        let findings = try await CheckPlugin(
            project: project, registry: nil, key: key, extent: extent, module: module, in: context
        ).run().findings
        let stopping = findings.filter { finding in
            finding.stopsRelease && !(finding.rule == NoEngine.rule && options.allowsNoEngine)
        }
        if let first = stopping.first {
            throw CheckFailure(name: project.name.description, first: first, count: stopping.count)
        }
        return findings.filter { $0.suppressedBecause == nil }
    }

    private func report(_ candidate: Candidate, alreadyPublished: Bool = false) -> Report {
        let release = candidate.release
        return Report(
            name: release.name.description, version: release.version, digest: release.digest,
            signer: candidate.publisher.label, indexPath: candidate.place.indexPath,
            modulePath: candidate.place.path(of: release.entry.artifact), isNewRegistry: candidate.isNewRegistry,
            alreadyPublished: alreadyPublished, isDryRun: options.isDryRun,
            warnings: alreadyPublished ? [] : candidate.warnings, notes: alreadyPublished ? [] : candidate.notes)
    }
}

/// A publish that `pdk check` stands in the way of.
package struct CheckFailure: Diagnostic {
    package let name: String
    let first: Finding
    /// How many findings stand in the way.
    let count: Int
    package var code: ErrorCode { .checkFailed }
    package var message: String {
        let others = count - 1
        return
            "\(name) cannot be published: \(first.rule.id), \(FilePaths.name(of: first.file)): \(first.message)"
            + (others > 0 ? " (and \(others) more)" : "")
    }
    package var commandHelp: String? {
        if first.rule == NoEngine.rule {
            return (first.help.map { $0 + "; " } ?? "") + "to publish without one, give --no-engine"
        }
        return (count == 1 ? first.help : nil) ?? "pdk check shows all findings and how to fix them"
    }
}
