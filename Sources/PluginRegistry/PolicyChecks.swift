internal import Basics
internal import Contract
internal import Files
package import Trust

/// What a trust root's policy says of registries and updates; the same for installing, verifying and auditing.
extension TrustRoot {
    /// Refuses a registry and a module's place that the policy has among no allowed origins; error: `policyRefused`.
    package func checkOrigins(
        of entry: RegistryEntry?, _ name: String, in registry: RegistryLocation
    ) throws(RegistryError) {
        var subject = PolicySubject(name: name, version: entry?.version ?? "", signer: nil, carriesManifest: true)
        subject.origins = [registry.origin]
        if let entry {
            subject.origins.append(RegistryLocation.origin(of: try registry.artifact(entry.artifact)))
        }
        subject.isToBeInstalled = true
        let found = violations(of: subject, at: WallClock.seconds).filter { $0.rule == "origins" }
        if let refusal = Self.refusal(found, of: name.printable, name: name) { throw refusal }
    }
}

extension Registry {
    /// Refuses a verified release that the policy does not let in; what it asks for beside the installed one is not looked at.
    func checkPolicy(
        _ entry: RegistryEntry, _ finding: ModuleVerifier.Finding, _ module: RegistryLocation.Place, _ trust: Trust,
        subject shown: String
    ) throws(RegistryError) {
        guard trust.root?.policy != nil else { return }
        var subject = PolicySubject(
            name: entry.name, version: entry.version.isEmpty ? finding.embedded?.version ?? "" : entry.version,
            signer: finding.signature.signer, embedded: finding.embedded)
        subject.publishedAt = entry.publishedAt
        subject.origins = [location.origin, RegistryLocation.origin(of: module)]
        subject.isToBeInstalled = true
        try trust.check(subject, called: shown)
    }
}

extension RegistryLocation {
    /// Where the registry is, as a policy's `origins` are compared with: a file's real path, or an address without its query.
    package var origin: String { Self.origin(of: place) }

    static func origin(of place: Place) -> String {
        switch place {
        case .file(let path): FilePaths.resolved(path) ?? path
        case .address(let address): String(withoutQuery(address))
        case .object(let object): object.description
        case .oci(let file): file.description
        }
    }
}

extension PluginsFolder {
    /// Refuses an update by another key, an unsigned one over a signed one, and one that asks for what the policy refuses.
    ///
    /// Gives what the operator should know of it. Errors: `newKey`, `noSignature`, `signatureRequired`, `policyRefused`.
    package func checkUpdate(to module: FetchedModule, _ options: InstallOptions) throws -> [String] {
        let entry = Self.completed(module.entry, by: module.embedded)
        return try checkUpdate(
            name: module.name.description, entry: entry, verdict: module.signature, options, module.trust,
            carriesManifest: module.carriesManifest)
    }

    /// The same for a packed plugin, which the policy's other rules for installing count for, too.
    package func checkUpdate(
        to packed: CheckedPackedPlugin, _ options: InstallOptions, _ trust: Trust
    ) throws -> [String] {
        let plugin = packed.plugin
        var entry = IndexEntry(plugin.manifest.metadata, artifact: "", digest: packed.digest)
        entry.signature = plugin.signature.map { String(decoding: $0, as: UTF8.self) }
        entry = Self.completed(entry, by: packed.embedded)
        var subject = PolicySubject(
            name: plugin.name, version: plugin.version, signer: packed.signature.signer, embedded: packed.embedded)
        subject.isToBeInstalled = true
        subject.origins = [FilePaths.resolved(plugin.subject) ?? plugin.subject]
        try trust.check(subject, called: "\(plugin.name) v\(plugin.version.printable)")
        return try checkUpdate(
            name: plugin.name, entry: entry, verdict: packed.signature, options, trust,
            carriesManifest: packed.embedded != nil)
    }

    /// Refuses bytes that nobody verifies in place of those that the lock calls verified, whatever is left of them.
    private func refuseUnverified(_ entry: RegistryEntry, _ name: String, _ subject: String) throws(RegistryError) {
        guard let locked = try blockingLock()[name], locked.isVerified, let key = locked.keyID,
            entry.digest != locked.digest
        else { return }
        let place = FilePaths.join(path, name + ".wasm")
        throw RegistryError(
            .signatureRequired,
            "there is no trust root to verify \(subject) with, but the installed \(place) was verified (key \(key))",
            help: "give the trust root, or set InstallOptions.allowsUnverifiedUpdates",
            commandHelp: "give the trust root with --trust-root, or --no-trust-root to install it unverified",
            entry: entry)
    }

    private func checkUpdate(
        name: String, entry: RegistryEntry, verdict: SignatureVerdict, _ options: InstallOptions, _ trust: Trust,
        carriesManifest: Bool
    ) throws -> [String] {
        let subject = "\(name) v\(entry.version.printable)", installed = try InstalledSource(name, in: self)
        if !options.acceptsNewKey {
            // Without a trust root, a key that the index names is only its word: that none is given is said first.
            if !entry.isSigned { try installed?.checkKey(entry, verdict, trust, subject: subject) }
            if !options.allowsUnverifiedUpdates, trust.root == nil { try refuseUnverified(entry, name, subject) }
            if entry.isSigned { try installed?.checkKey(entry, verdict, trust, subject: subject) }
        }
        guard let installed else { return [] }
        // Where nothing says what the installed one may do, nothing can be compared.
        let before = installed.permissions ?? entry.permissions ?? []
        let more = (entry.permissions ?? []).filter { !before.contains($0) }
        guard !more.isEmpty, !options.allowsNewPermissions else { return [] }
        var update = PolicySubject(
            name: name, version: entry.version, signer: verdict.signer, carriesManifest: carriesManifest)
        update.newPermissions = more
        update.isToBeInstalled = true
        let version = installed.version.map { "v\($0.printable)" } ?? "the installed one"
        let said =
            "\(subject) asks for permissions that \(version) did not have: "
            + more.prefix(20).map(\.printable).joined(separator: ", ")
        if options.onlyShowsNewPermissions { return [said + "; --allow-new-permissions allows them"] }
        if let root = trust.root {
            let found = root.violations(of: update, at: WallClock.seconds).filter { $0.rule == "new_permissions" }
            if let refusal = TrustRoot.refusal(found, of: subject, name: name) { throw refusal }
        }
        // A policy can allow them once for all.
        if trust.root?.policy?.settings(for: name).settings.allowsNewPermissions?.value == true { return [said] }
        throw RegistryError(
            .newPermissions, said, help: "if this is intended, set InstallOptions.allowsNewPermissions",
            commandHelp: "if this is intended, give --allow-new-permissions", entry: entry)
    }
}
