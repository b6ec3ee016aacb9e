internal import Basics
internal import Contract
package import PluginRegistry
internal import Trust

/// `pdk registry sign`: takes what is staged, and signs the index and the plugins' own indexes anew.
package struct SignRegistry {
    package let location: RegistryLocation
    package let keys: RegistryKeys
    package let options: Options

    /// What the command line says.
    package struct Options: Sendable {
        /// How long the index counts, in seconds; nil to leave its expiry as it is.
        package var expires: Int?
        /// Show what is staged, change nothing.
        package var isDryRun = false
        /// Staged changes, as `NAME@VERSION`, that are thrown away.
        package var rejected: [String] = []
        /// Accept a release signed with another key than the plugin's earlier releases.
        package var acceptsNewKey = false

        /// Sign the index though it was changed after it was last signed.
        package var acceptsChanges = false

        package init() {}
    }
    /// What it works in.
    package let context: Context

    package init(location: RegistryLocation, keys: RegistryKeys, options: Options, in context: Context) {
        self.location = location
        self.keys = keys
        self.options = options
        self.context = context
    }

    /// A staged change, and what became of it.
    package struct Item: Sendable {
        package let name: String
        package let version: String
        /// `publish`, `yank` or `undo`.
        package let wish: String
        /// The fingerprint of the publisher's key, or the reason of a withdrawal.
        package let detail: String
        /// `taken`, `rejected`, `staged` in a dry run, or why it was refused.
        package let outcome: String
        package var isRefused: Bool { !["taken", "rejected", "staged"].contains(outcome) }
    }

    /// What was done.
    package struct Report: Sendable {
        package let items: [Item]
        package let serial: Int
        package let expires: String?
        /// The fingerprint of the registry's key.
        package let keyID: String
        /// What the index does not have, and how it gets it.
        package let warnings: [String]
    }

    /// Takes one staged change after the other, each in a transaction of its own; then signs what is there.
    package func run() throws -> Report {
        let place = try RegistryPlace(location)
        let store = context.store(of: location)
        let signer = try signer(store)
        var items: [Item] = []
        let requests = try store.list(StagedRelease.folder)
        let staged = try requests.filter { $0.path.hasSuffix("/" + StagedRelease.fileName) }.map {
            try Request(reading: $0.path, store)
        }
        try checkRejected(staged)
        for request in staged { items.append(try take(request, place, store, signer)) }
        guard !options.isDryRun else {
            let outline = try outline(store)
            return Report(
                items: items, serial: outline.serial ?? 0,
                expires: outline[IndexSeal.Member.expires]?.value?.string, keyID: KeyID.of(signer.publicKey),
                warnings: try warnings(store))
        }
        return try seal(items, store, signer)
    }

    private func warnings(_ store: any RegistryStore) throws -> [String] {
        try store.unsignedChanges().map { "\($0.subject): \($0.message)" }
    }

    private func outline(_ store: any RegistryStore) throws -> IndexOutline { try scan(store).outline }

    func scan(
        _ store: any RegistryStore
    ) throws -> (outline: IndexOutline, entries: [(entry: IndexEntry, list: IndexList)], revision: Revision) {
        let (outline, visitor, revision) = try store.scan(ListedEntries(), isForWriting: true)
        return (outline, visitor.entries, revision)
    }

    /// The key of a registry that is signed; of another, the one that was named.
    private func signer(_ store: any RegistryStore) throws -> RegistrySigner {
        let outline = try outline(store)
        if outline.isSigned {
            let signer =
                options.acceptsChanges
                ? try keys.signer(for: outline) : try keys.signer(for: outline, of: location, context.network)
            if let signer { return signer }
            let id = outline.registryKey.map(KeyID.of) ?? "which is malformed"
            throw Problem(
                .registrySigned, "\(location) is signed by the key \(id), which is not among your keys",
                help: "give its file with --key")
        }
        let keeper = try keys.source.publisher()
        return RegistrySigner(publicKey: keeper.publicKey, key: keys.source)
    }

    // MARK: What is signed

    /// Signs the index anew with the next serial, and every plugin's own index.
    private func seal(_ items: [Item], _ store: any RegistryStore, _ signer: RegistrySigner) throws -> Report {
        let transaction = try store.begin()
        return try store.untilFirst {
            let (outline, entries, revision) = try scan(store)
            let serial = (outline.serial ?? 0) + 1
            let members = try members(outline, serial, signer)
            var change = RegistryChange(splices: IndexEditor.splices(setting: members, in: outline))
            // What a plugin's own index repeats, it repeats of the new one.
            let repeated =
                members
                + outline.members.compactMap { member in
                    guard !members.contains(where: { $0.name == member.name }),
                        IndexSeal.Member.repeated.contains(member.name), let value = member.value
                    else { return nil }
                    return JSONValue.Member(member.name, value)
                }
            change.derived = OwnIndexes.files(entries, repeated, isSigned: true)
            change.needsSignature = true
            change.takesUnsigned = options.acceptsChanges
            try transaction.commit(change.signed(by: signer), expecting: revision)
            let expires = repeated.first { $0.name == IndexSeal.Member.expires }?.value.string
            return Report(
                items: items, serial: serial, expires: expires, keyID: KeyID.of(signer.publicKey),
                warnings: try warnings(store))
        }
    }

    /// What the index says of its state from now on.
    private func members(
        _ outline: IndexOutline, _ serial: Int, _ signer: RegistrySigner
    ) throws -> [JSONValue.Member] {
        var members: [JSONValue.Member] = outline.isSigned ? [] : try RegistrySeal.members(key: signer.publicKey)
        members += IndexOutline.members(serial: serial, at: Timestamp(seconds: context.now))
        if let expires = options.expires {
            let end = Timestamp(seconds: context.now + expires)
            members.append(JSONValue.Member(IndexSeal.Member.expires, .string(end.rfc3339)))
        }
        return members
    }
}
