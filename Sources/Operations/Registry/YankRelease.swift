internal import Basics
internal import Contract
internal import Files
package import PluginRegistry

/// `pdk yank`: no host can pick a version any more, and its bytes stay; or, undone, hosts can again.
package struct YankRelease {
    package let name: String
    package let version: String
    package let location: RegistryLocation
    /// Why it is withdrawn; nil to offer it again.
    package let reason: String?
    /// Where the key of a signed registry may be; nil stages the change for who keeps the registry.
    package let registryKeys: RegistryKeys?
    /// What it works in.
    package let context: Context

    package init(
        name: String, version: String, location: RegistryLocation, reason: String?, registryKeys: RegistryKeys?,
        in context: Context
    ) {
        self.name = name
        self.version = version
        self.location = location
        self.reason = reason
        self.registryKeys = registryKeys
        self.context = context
    }

    /// What was done.
    package struct Report: Sendable {
        /// Whether it was withdrawn, or offered, already.
        package let isUnchanged: Bool
        /// The version that hosts without a version in mind get now, nil for none.
        package let offered: String?
        /// Where the change waits for who keeps the registry; nil when it is made.
        package var staged: String?
    }

    /// Commits like a publish: whole, or not at all.
    package func run() throws -> Report {
        _ = try RegistryPlace(location)
        guard let name = PluginName(name) else {
            throw Problem(.invalidName, PluginName.refusal(of: name), help: PluginName.rule)
        }
        let store = context.store(of: location)
        var transaction: (any StoreTransaction)?
        return try store.untilFirst {
            let snapshot = try IndexSnapshot(of: store, name: name)
            guard snapshot.revision != nil else { throw RegistryPlace.noIndex(at: location) }
            try checkKnown(name, snapshot)
            guard var change = try change(snapshot) else {
                try store.settle(name)
                return Report(isUnchanged: true, offered: snapshot.entries.first?.version)
            }
            let open = try transaction ?? store.begin()
            transaction = open
            let signer = try registryKeys?.signer(for: snapshot.outline, of: location, context.network)
            if snapshot.outline.isSigned, signer == nil {
                let staged = StagedRelease(name: name, version: version, wish: .yank(reason: reason))
                try StagedChange.stage(staged.files(module: nil), in: store, open)
                return Report(isUnchanged: false, offered: Self.offered(snapshot), staged: staged.path)
            }
            if let signer { change = try change.signed(by: signer) }
            try open.commit(change, expecting: snapshot.revision)
            return Report(isUnchanged: false, offered: Self.offered(try IndexSnapshot(of: store, name: name)))
        }
    }

    /// The version that a host gets; nil for none.
    private static func offered(_ snapshot: IndexSnapshot) -> String? {
        snapshot.entries.first { $0.yanked == nil }?.version
    }

    private func change(_ snapshot: IndexSnapshot) throws -> RegistryChange? {
        let time = Timestamp(seconds: context.now)
        guard let reason else { return snapshot.change(restoring: version, at: time) }
        return snapshot.change(withdrawing: version, because: reason, at: time)
    }

    private func checkKnown(_ name: PluginName, _ snapshot: IndexSnapshot) throws {
        let all = snapshot.allEntries
        guard !all.isEmpty else {
            throw Problem(
                .noPlugin, "no plugin '\(name)' in registry \(location)",
                help: "pdk list --registry \(location.description.shellWord) lists its plugins")
        }
        guard snapshot.entry(spelled: version) != nil else {
            throw Problem(
                .noVersion, "no plugin '\(name)' at version '\(version.printable)' in registry \(location)",
                help: "it has \(all.prefix(10).map { $0.version.printable }.joined(separator: ", "))")
        }
    }
}
