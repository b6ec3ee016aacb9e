internal import Basics
internal import Contract
internal import Ed25519
internal import Files
internal import Trust

/// Where an installed plugin came from, as far as its files tell: who signed it, and what it may do.
struct InstalledSource {
    private let name: String
    private let path: String
    /// Whether there is a signature beside it.
    private let isSigned: Bool
    /// That signature; nil where its file holds something else.
    private let signature: Signature?
    /// What the lock says of it; nil where it says nothing.
    private let locked: LockedPlugin?
    let version: String?
    /// Nil where nothing says what it may do.
    let permissions: [String]?

    /// Nil where no plugin of that name is installed.
    init?(_ name: String, in folder: PluginsFolder) throws {
        let box = folder.box
        // What is no file of its own is replaced, and says nothing.
        guard try box.folder.status(of: name + ".wasm")?.kind == .regular else { return nil }
        self.name = name
        path = FilePaths.join(folder.path, name + ".wasm")
        isSigned = try box.folder.status(of: name + ".sig")?.kind == .regular
        signature =
            try isSigned
            ? Signature(text: box.folder.open(reading: name + ".sig").readAll(limit: KeyText.maximumFileBytes)) : nil
        locked = try folder.blockingLock()[name]
        version = folder.installedVersion(of: name)
        let head = try? box.folder.open(reading: name + ".wasm").readHead(bytes: EmbeddedManifest.headBytes)
        let embedded = head.flatMap { (try? EmbeddedManifest.read(atStartOf: $0)) ?? nil }
        permissions = embedded?.permissions ?? ((try? folder.manifest(name)) ?? nil)?.permissions
    }

    /// Refuses an update that does not come from whoever signed what is installed.
    ///
    /// What a policy says of the keys that may sign the name counts in place of this. Errors: `newKey`, `noSignature`.
    func checkKey(
        _ entry: RegistryEntry, _ verdict: SignatureVerdict, _ trust: Trust, subject: String
    ) throws {
        guard isSigned else { return }
        if let policy = trust.root?.policy, policy.settings(for: name).settings.keys != nil { return }
        let help = "if this is intended, set InstallOptions.acceptsNewKey"
        let commandHelp = "if this is intended, give --accept-new-key"
        guard entry.isSigned else {
            throw RegistryError(
                .noSignature, "no signature for \(subject), but the installed \(path) is signed", help: help,
                commandHelp: commandHelp, entry: entry)
        }
        // The same signature is over the same bytes; what stands in place of one that is no signature may be put right.
        if let signature, signature == entry.parsedSignature { return }
        if signature == nil, try ModuleInspection.blockingInspect(path, trust: .digestOnly).digest == entry.digest {
            return
        }
        guard let root = trust.root, let signer = verdict.signer else {
            // Neither key was checked: this is what the two indexes say.
            guard let before = locked?.keyID, let hint = entry.keyHint, hint != before else { return }
            throw RegistryError(
                .newKey,
                "\(subject) names the key \(hint.printable), but the installed \(path) was signed by \(before)",
                help: help, commandHelp: commandHelp, entry: entry)
        }
        var old = try installedSigner(root, like: signer)
        if old == nil, let locked, locked.isVerified, let before = locked.keyID,
            try ModuleInspection.blockingInspect(path, trust: .digestOnly).digest == locked.digest
        {
            old = Signer(label: "the one in pdk.lock", keyID: before)
        }
        if let old, root.predecessors(of: signer.keyID).contains(old.keyID) { return }
        let shown =
            old.map { "the key '\($0.label.printable)' (\($0.keyID))" }
            ?? "a key that is not in the trust root \(root.origin), or the file was changed since it was installed"
        throw RegistryError(
            .newKey,
            "\(subject) is signed by '\(signer.label.printable)' (\(signer.keyID)), but the installed \(path) by \(shown)",
            help: "\(help), or put the rotation statement into the trust root",
            commandHelp: "\(commandHelp), or add the rotation statement to the trust root with pdk trust add",
            entry: entry)
    }

    /// Which key of the trust root, or of a statement in it, has signed what is installed; that of the update is tried first.
    private func installedSigner(_ root: TrustRoot, like signer: Signer) throws -> Signer? {
        var keys = root.keys
        for statement in root.followedStatements where !keys.contains(where: { $0.key == statement.oldKey }) {
            keys += try TrustRoot(label: "the key before", publicKey: statement.oldKey).keys
        }
        let wider = TrustRoot(keys: keys, origin: root.origin, warnings: [], policy: nil, statements: [])
        do {
            return try ModuleInspection.blockingInspect(path, trust: .root(wider), keyID: signer.keyID).signature.signer
        } catch let error as RegistryError where error.kind == .signatureInvalid {
            return nil
        }
    }
}
