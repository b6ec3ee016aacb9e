internal import Basics
package import Contract
internal import Transfers

/// Where a registry's files are kept, and the one way they change.
///
/// A folder, an object store, an OCI registry, or read-only a web server. A registry has one file that counts, its
/// index, and files that the index names and that never change. So all a store must be able to do is to create what is not
/// there and to replace the index provided that it is still the one that was read (`If-None-Match: *`, `If-Match`); an OCI
/// registry, which has no such conditions, keeps a journal of changes beside the index (`OCIRecord`).
package protocol RegistryStore: Sendable {
    /// What error texts call it.
    var location: RegistryLocation { get }

    /// Hands the index's bytes to `sink` in pieces; its revision, nil when there is no index.
    func readIndex(into sink: (RawSpan) throws -> Void) throws -> Revision?

    /// Hands the bytes of a file to `sink`: what an entry's `artifact` says, or a path in the registry.
    func stream(_ artifact: String, maximumBytes: Int, into sink: (RawSpan) throws -> Void) throws

    /// The files below a path of the registry such as `artifacts`, in the order of their paths; none when it is not there.
    func list(_ path: String) throws -> [StoredFile]

    /// Finds out, before a registry is made here, whether changes can be made safely; error: `storeUnsafe`.
    func prepare() throws

    /// Finishes or takes back what a writer that was killed has left, where that can be told and nobody else writes.
    ///
    /// `name` is the plugin that is about to be left as it is; nil for none in particular.
    func settle(_ name: PluginName?) throws

    /// Changes that were made while a registry was being signed, and that its signed index lacks.
    func unsignedChanges() throws -> [UnsignedChange]

    /// A file that no signature covers, and that is shown or copied as it is; in a folder, none behind a link.
    func readDocument(_ path: String, maximumBytes: Int) throws -> [UInt8]

    /// The files that writers which were killed have left, as `settle` removes them.
    func abandoned() throws -> [StoredFile]

    /// Begins a change; nothing of it can be seen until it is committed.
    func begin() throws -> any StoreTransaction
}

extension RegistryStore {
    package func prepare() throws {}
    package func settle(_ name: PluginName?) throws {}
    package func unsignedChanges() throws -> [UnsignedChange] { [] }
    package func abandoned() throws -> [StoredFile] { [] }

    /// All of an artifact, at most `maximumBytes` long; errors as of `stream`.
    package func read(_ artifact: String, maximumBytes: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try stream(artifact, maximumBytes: maximumBytes) { bytes.append($0) }
        return bytes
    }

    /// A file that no signature covers, as `read` gives it.
    package func readDocument(_ path: String, maximumBytes: Int) throws -> [UInt8] {
        try read(path, maximumBytes: maximumBytes)
    }

    /// A file as `read` gives it; nil when the store's server says that it is not there.
    package func readIfThere(_ artifact: String, maximumBytes: Int) throws -> [UInt8]? {
        do { return try read(artifact, maximumBytes: maximumBytes) } catch let error as TransferError {
            guard case .notFound = error.kind else { throw error }
            return nil
        }
    }

    /// Makes a change, and makes it anew on the index as it is then where somebody else was faster (`changedMeanwhile`).
    package func untilFirst<Result>(_ change: () throws -> Result) throws -> Result {
        while true {
            do { return try change() } catch let error as RegistryError where error.kind == .changedMeanwhile {
                continue
            }
        }
    }

    /// Waits for 0.3 seconds, in which a writer usually puts its last files in place.
    package func waitForWriters() { Pause.random(300...300) }
}

/// A change of a registry in the making; what it has staged goes away with it.
package protocol StoreTransaction: AnyObject {
    /// Stages a file that no index names yet, at a path where none that counts is.
    func add(_ artifact: NewArtifact) throws

    /// Lets go of what was staged for a folder such as `artifacts/x/1.0.0`, as far as nobody has it yet.
    func forget(_ folder: String)

    /// Makes everything visible at once, if the index is still at `revision` (nil: if there is none).
    ///
    /// Error `changedMeanwhile` else: what is staged stays, and another commit can be tried on the index as it is now; a
    /// folder may keep other writers out until then.
    func commit(_ change: RegistryChange, expecting revision: Revision?) throws
}

extension StoreTransaction {
    package func forget(_ folder: String) {}
}

/// A change that nobody has signed, of a registry that is signed.
package struct UnsignedChange: Sendable {
    /// The plugin's name and version, as people are shown them.
    package let subject: String
    /// What was done to it: `published`, `withdrawn` or `restored`.
    package let action: String

    /// What is the matter, and what to do.
    package var message: String {
        "it was \(action) while the registry was being signed, and the index does not have that: pdk registry sign --accept-changes takes it"
    }
}

/// A state of an index: two that are equal have the same bytes.
///
/// A folder's is made of what the file system says of the file, an object store's is its ETag.
package struct Revision: Sendable, Hashable {
    package let text: String

    package init(_ text: String) { self.text = text }
}

/// A file of a release.
package struct NewArtifact: Sendable {
    /// The path in the registry: `artifacts/NAME/VERSION/FILE`.
    package let path: String
    /// Hands the bytes to a sink; called once.
    package let write: @Sendable ((RawSpan) throws -> Void) throws -> Void

    package init(path: String, write: @escaping @Sendable ((RawSpan) throws -> Void) throws -> Void) {
        self.path = path
        self.write = write
    }

    /// A file of these bytes.
    package init(path: String, bytes: [UInt8]) {
        self.init(path: path) { sink in try unsafe sink(bytes.span.bytes) }
    }
}

/// What a commit does to a registry beside putting the staged files in place.
package struct RegistryChange: Sendable {
    /// What becomes of the index, in the order of their places and without overlap; without an index the old text is empty.
    package var splices: [IndexSplice] = []
    /// The same in terms of the plugins' entries, for a store that puts the changes of several writers together.
    package var edits: [(name: PluginName, what: RegistryEdit)] = []
    /// Files made from the index, by path: put in place after it, by the next writer where this one is killed between.
    package var derived: [(path: String, bytes: [UInt8])] = []
    /// Files that the index names no more, by path.
    package var removals: [String] = []

    /// Makes the text of `index.json.sig` for the exact bytes of the new index; nil for a registry that is not signed.
    ///
    /// A store puts it at `index.json.sig.next` before the index and at `index.json.sig` after it, so that a reader always
    /// finds a signature of the index that it finds.
    package var signature: (@Sendable ([UInt8]) throws -> [UInt8])?
    /// Whether the registry is signed, so that a change of its index without a signature would break it.
    package var needsSignature = false
    /// Whether what others have changed without the key, while the registry was being signed, is taken, too.
    package var takesUnsigned = false

    package init(splices: [IndexSplice] = []) { self.splices = splices }
}

/// What a change does to the entries of a plugin.
package enum RegistryEdit: Sendable {
    case add(IndexEntry)
    /// Adds an entry that is withdrawn already.
    case addWithdrawn(IndexEntry)
    case withdraw(version: String, reason: String)
    /// Offers a withdrawn version again.
    case restore(version: String)
}

extension RegistryChange {
    /// Refuses a change that would leave a signed registry without a signature; every store asks before it commits.
    func checkSignature(_ location: RegistryLocation) throws(RegistryError) {
        guard needsSignature, signature == nil, !splices.isEmpty else { return }
        throw RegistryError(
            .registrySigned, "\(location) is signed, and its key is not available",
            help: "give it with --registry-key, or ask the registry's maintainer to run: pdk registry sign")
    }
}

/// A file of a registry.
package struct StoredFile: Sendable, Equatable {
    /// The path in the registry.
    package let path: String
    /// Bytes.
    package let size: Int
    /// When it was changed, in seconds since 1970.
    package let modified: Int
    /// Whether it is neither a file nor a folder, such as a link: nothing that a registry holds.
    package let isForeign: Bool
}
