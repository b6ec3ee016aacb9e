internal import Basics
internal import Contract
internal import Synchronization
internal import Transfers
internal import Trust

/// A registry in an object store with the interface of S3, in the layout of a folder.
///
/// Releases are written with `If-None-Match: *` and never changed, the index with `If-Match`: of several who change it at
/// once one is first, and the others begin again from what it has written.
struct S3Store: RegistryStore {
    let location: RegistryLocation
    let index: ObjectPlace
    let client: S3Client
    /// The index that was read last, so that a change need not read it again.
    let lastIndex = LastIndex()

    init(_ location: RegistryLocation, _ index: ObjectPlace, network: Network) {
        self.location = location
        self.index = index
        client = S3Client(network, bucket: index.bucket)
    }

    /// A text and the revision it is of.
    final class LastIndex: Sendable {
        let value = Mutex<(revision: Revision, bytes: [UInt8])?>(nil)
    }

    func readIndex(into sink: (RawSpan) throws -> Void) throws -> Revision? {
        var bytes: [UInt8] = []
        let tag: String?
        do {
            tag = try client.read(index.key, maximumBytes: client.network.limits.indexBytes) { piece, _ in
                bytes.append(piece)
                try sink(piece)
            }
        } catch let error as TransferError where error.isNotThere {
            return nil
        }
        let revision = Revision(try Self.tag(tag, of: index))
        lastIndex.value.withLock { $0 = (revision, bytes) }
        return revision
    }

    func stream(_ artifact: String, maximumBytes: Int, into sink: (RawSpan) throws -> Void) throws {
        switch try location.artifact(artifact) {
        case .object(let object):
            _ = try client.read(object.key, maximumBytes: maximumBytes) { piece, _ in try sink(piece) }
        case .address(let address):
            try client.network.fetch(address, maximumBytes: maximumBytes, home: "", into: sink)
        case .file, .oci: throw RegistryError(.artifactUnavailable, "\(location) names a file outside the registry")
        }
    }

    func list(_ path: String) throws -> [StoredFile] {
        var found: [StoredFile] = [], token: String?
        let start = index.at("").key
        repeat {
            let answer = try client.send(
                "GET", nil,
                query: [
                    ("list-type", "2"), ("prefix", index.at(path + "/").key), ("max-keys", "1000"),
                    ("encoding-type", "url"),
                ] + (token.map { [("continuation-token", $0)] } ?? []))
            let page = try S3Listing(answer.body, of: client.place)
            found += page.objects.compactMap { object in
                guard object.key.hasPrefix(start), !object.key.hasSuffix("/") else { return nil }
                return StoredFile(
                    path: String(object.key.dropFirst(start.count)), size: object.size, modified: object.modified,
                    isForeign: false)
            }
            guard found.count <= Self.maximumFiles, page.next != token || token == nil else {
                throw RegistryError(.notARegistry, "\(client.place) holds more than \(Self.maximumFiles) files")
            }
            token = page.next
        } while token != nil
        return found.sorted { Array($0.path.utf8).lexicographicallyPrecedes(Array($1.path.utf8)) }
    }

    /// The most files that are listed.
    private static let maximumFiles = 10_000_000

    func begin() throws -> any StoreTransaction {
        guard index.path == RegistryIndex.fileName else {
            throw RegistryError(
                .notARegistry, "cannot change \(location): the index of a registry is called index.json",
                help: "give the registry's bucket and prefix")
        }
        return S3Transaction(self)
    }

    /// A server's name of a state; without one nothing can be changed safely.
    static func tag(_ tag: String?, of object: ObjectPlace) throws(RegistryError) -> String {
        guard let tag, !tag.isEmpty, !tag.hasPrefix("W/") else {
            throw RegistryError(
                .storeUnsafe, "the store returns no ETag for \(object), so changes cannot be detected",
                help: "use a store that has ETags and conditional writes")
        }
        return tag
    }
}

extension TransferError {
    /// Whether the server says that there is no such file.
    var isNotThere: Bool {
        guard case .notFound = kind else { return false }
        return true
    }
}
