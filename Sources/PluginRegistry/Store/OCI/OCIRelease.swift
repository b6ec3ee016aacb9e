internal import Basics
internal import Contract
internal import Transfers
internal import Trust

/// A release that is pushed and that no tag names yet, read back by its digest.
struct OCIRelease: RegistryStore {
    let store: OCIStore
    let repository: String
    let title: String
    let digest: String

    var location: RegistryLocation { store.location }

    func stream(_ artifact: String, maximumBytes: Int, into sink: (RawSpan) throws -> Void) throws {
        guard let found = try store.client.manifest(repository, digest),
            let layer = OCILayout.module(in: found.manifest, titled: title)
        else { throw OCIStore.notThere(store.index) }
        try store.client.readBlob(
            repository: repository, digest: layer.digest, size: layer.size, maximumBytes: maximumBytes, into: sink)
    }

    func readIndex(into sink: (RawSpan) throws -> Void) throws -> Revision? { nil }
    func list(_ path: String) throws -> [StoredFile] { [] }
    func begin() throws -> any StoreTransaction { try store.begin() }
}
