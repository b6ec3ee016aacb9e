internal import Basics
package import Contract
internal import Files
internal import Transfers
internal import Trust

/// The advisories of a registry, `advisories/*.json`.
///
/// A folder is listed. A web server cannot be: there `advisories/index.json` names them, `{"advisories": ["x_1.json"]}`; a
/// registry without it publishes none.
package struct RegistryAdvisories: Sendable {
    /// What was read, in the order of the names of their files.
    package private(set) var advisories: [(file: String, advisory: Advisory)] = []
    /// The bytes of those that were read, by their paths in the registry.
    package private(set) var texts: [String: [UInt8]] = [:]
    /// Files that could not be read, and why.
    package private(set) var failures: [(file: String, message: String)] = []

    package static let folder = "advisories"
    package static let indexName = "index.json"
    /// The most advisories that are read.
    package static let maximumFiles = 10_000
    private static let maximumIndexBytes = 4 << 20

    /// Reads them; what cannot be read is kept as a failure, and nothing is thrown but `CancellationError`.
    package init(of location: RegistryLocation, network: Network) throws {
        let store = location.store(network: network)
        let files: [String]
        do { files = try Self.files(of: store) } catch let error as CancellationError { throw error } catch {
            failures.append((Self.folder, Self.words(error)))
            return
        }
        guard files.count <= Self.maximumFiles else {
            failures.append((Self.folder, "there are more than \(Self.maximumFiles) advisories"))
            return
        }
        for file in files {
            let path = Self.folder + "/" + file
            do {
                let bytes = try Self.read(path, store, Advisory.maximumBytes)
                do {
                    advisories.append((path, try Advisory(reading: bytes)))
                    texts[path] = bytes
                } catch {
                    let (line, column) = JSONDocument.position(of: error.offset, in: bytes)
                    failures.append((path, "line \(line), column \(column): \(error.message)"))
                }
            } catch let error as CancellationError {
                throw error
            } catch {
                failures.append((path, Self.words(error)))
            }
        }
    }

    /// The names of the files, sorted.
    private static func files(of store: any RegistryStore) throws -> [String] {
        if let registry = store.location.folder,
            let status = try FileStatus.of(FilePaths.join(registry, folder)), status.kind != .folder
        {
            throw RegistryError(
                .notARegistry, "\(folder) is a link or not a folder, and links are not followed",
                help: "put a folder in its place")
        }
        let listed: [StoredFile]
        do { listed = try store.list(folder) } catch let error as RegistryError where error.kind == .registryOnTheWeb {
            return try indexed(store)
        }
        var names: [String] = []
        for file in listed where file.path.hasSuffix(".json") && !file.isForeign {
            let name = String(file.path.dropFirst(folder.utf8.count + 1))
            if !name.contains("/"), name != indexName, !name.hasPrefix(".") { names.append(name) }
        }
        if let foreign = listed.first(where: \.isForeign) {
            throw RegistryError(.notARegistry, "\(foreign.path) is not a plain file", help: "put a file in its place")
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func indexed(_ store: any RegistryStore) throws -> [String] {
        let path = folder + "/" + indexName, bytes: [UInt8]
        do { bytes = try read(path, store, maximumIndexBytes) } catch let error as TransferError {
            if case .notFound = error.kind { return [] }
            throw error
        }
        let root: JSONNode
        do {
            root = try JSONDocument(parsing: bytes, limits: JSONLimits(bytes: maximumIndexBytes, depth: 8)).root
        } catch { throw RegistryError(.indexMalformed, "\(path) is not JSON: \(error)") }
        guard let list = root["advisories"], list.kind == .array else {
            throw RegistryError(.indexMalformed, "\(path) has no advisories array")
        }
        return try list.elements.map { element in
            guard let name = element.string, isName(name) else {
                throw RegistryError(
                    .indexMalformed,
                    "\(path) names a file that is not an advisory: \(element.text.prefix(80).description.printable)")
            }
            return name
        }
    }

    /// Letters, digits, `.`, `-` and `_`, and `.json` at the end.
    private static func isName(_ text: String) -> Bool {
        text.hasSuffix(".json") && (6...200).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: ".")
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
                    || [0x2D, 0x2E, 0x5F].contains(byte)
            }
    }

    private static func read(_ path: String, _ store: any RegistryStore, _ limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try store.stream(path, maximumBytes: limit) { piece in
            bytes.append(piece)
        }
        return bytes
    }

    private static func words(_ error: any Error) -> String { (error as? any Diagnostic)?.message ?? "\(error)" }
}
