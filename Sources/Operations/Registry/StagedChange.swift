internal import Contract
internal import PluginRegistry

/// A change that is left for whoever keeps a signed registry.
enum StagedChange {
    /// Puts its files in place; the index stays as it is.
    static func stage(
        _ files: [NewArtifact], in store: any RegistryStore, _ transaction: any StoreTransaction
    ) throws {
        for file in files { try transaction.add(file) }
        try store.untilFirst { try transaction.commit(RegistryChange(), expecting: store.readIndex { _ in }) }
    }
}
