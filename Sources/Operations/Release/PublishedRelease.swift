internal import Basics
internal import Contract
internal import Files
internal import LibCrypto
internal import PluginRegistry
internal import Trust

/// A release as a registry holds it, compared with one that is to be published.
struct PublishedRelease {
    let entry: IndexEntry
    let store: any RegistryStore

    init(_ entry: IndexEntry, in store: any RegistryStore) {
        self.entry = entry
        self.store = store
    }

    /// How what is published differs from a release; each with what differs, in words.
    enum Difference: Equatable {
        case none
        /// The index says something else.
        case entry(String)
        /// The module in the registry is not what the index says.
        case artifact(String)
    }

    /// Compares digest, signature, every field of the entry, and the module's bytes in the registry.
    func difference(from new: IndexEntry) -> Difference {
        guard entry.hasSameDigest(as: new) else { return .entry("other bytes") }
        guard entry.hasSameSignature(as: new) else { return .entry("another signature") }
        var mine = new, theirs = entry
        // When it was published, what it is called there, and what has become of it since, may differ.
        theirs.publishedAt = mine.publishedAt
        theirs.artifact = mine.artifact
        theirs.yanked = mine.yanked
        theirs.yankedAt = mine.yankedAt
        theirs.sha256 = mine.sha256
        theirs.signature = mine.signature
        if theirs != mine, let field = Self.firstDifference(theirs, mine) { return .entry("another \(field)") }
        return artifactDamage().map { .artifact($0) } ?? .none
    }

    private static func firstDifference(_ left: IndexEntry, _ right: IndexEntry) -> String? {
        guard case .object(let one) = left.json, case .object(let other) = right.json else { return nil }
        let names = (one + other).map(\.name)
        return names.first { name in
            // What an entry of another tool does not say does not contradict.
            guard let mine = one.first(where: { $0.name == name }), let its = other.first(where: { $0.name == name })
            else { return false }
            return mine.value != its.value
        }
    }

    /// What is wrong with the module in the registry, nil when it is what the index says.
    func artifactDamage() -> String? {
        let shown = "its artifact \(entry.artifact.printable)"
        do {
            var hash = try SHA256()
            try store.stream(entry.artifact, maximumBytes: KitLimits.moduleBytes) { try hash.update($0) }
            let digest = try SHA256Digest(finishing: hash)
            return digest == entry.digest ? nil : "\(shown) was changed: its sha256 is \(digest)"
        } catch let error as FileError where error.isNotFound {
            return "\(shown) is gone"
        } catch {
            return "\(shown) cannot be read: \(error)"
        }
    }
}
