internal import Basics
internal import Contract
internal import Files
internal import Trust

/// Where a registry is: a folder, its `index.json`, or a `file://`, `http://` or `https://` address of either.
public struct RegistryLocation: Sendable, Hashable, CustomStringConvertible {
    enum Place: Sendable, Hashable {
        case file(String)
        case address(String)
    }

    let place: Place

    /// Takes a location as a user types it; relative paths are taken from `currentFolder`.
    public init(_ text: String, currentFolder: String) {
        if Self.isWebAddress(text) {
            // What follows `?` or `#` is not part of the path that the index's name is put on.
            let path = Self.withoutQuery(text)
            let isIndex = path.lowercased().hasSuffix(".json")
            place = .address(
                isIndex
                    ? text : path + (path.hasSuffix("/") ? "" : "/") + RegistryIndex.fileName + text[path.endIndex...])
            return
        }
        let path = FilePaths.join(currentFolder, Self.filePath(text) ?? text)
        // A path that cannot be examined is reported when it is read.
        let kind = (try? FileStatus.of(path, followingLinks: true))?.kind
        let isIndex = kind == nil ? path.lowercased().hasSuffix(".json") : kind != .folder
        place = .file(isIndex ? path : FilePaths.join(path, RegistryIndex.fileName))
    }

    /// The index's path or address; what follows `?` or `#` in an address is left out, for it may hold secrets.
    public var description: String {
        switch place {
        case .file(let path): path
        case .address(let address): String(Self.withoutQuery(address))
        }
    }

    private static func withoutQuery(_ address: String) -> Substring { address.prefix { $0 != "?" && $0 != "#" } }

    /// The registry's folder, nil when it is on the web.
    public var folder: String? {
        guard case .file(let path) = place else { return nil }
        return FilePaths.parent(of: path)
    }

    /// The path of the index, nil when it is on the web.
    public var indexPath: String? {
        guard case .file(let path) = place else { return nil }
        return path
    }

    static func isWebAddress(_ text: String) -> Bool {
        let scheme = text.prefix(8).lowercased()
        return scheme.hasPrefix("http://") || scheme.hasPrefix("https://")
    }

    /// The path of a `file://` address, taken as it stands, as the host does; nil for any other text.
    static func filePath(_ text: String) -> String? {
        guard text.prefix(7).lowercased() == "file://" else { return nil }
        return String(text.dropFirst(7))
    }

    /// Whether what is read from here may be changed by anybody on the way.
    var isPlainHTTP: Bool {
        guard case .address(let address) = place else { return false }
        return address.prefix(7).lowercased() == "http://"
    }

    /// Where the module of an entry is.
    func artifact(_ text: String) throws(RegistryError) -> Place {
        if text.utf8.contains(0) || text.isEmpty {
            throw RegistryError(
                .indexMalformed, "the artifact '\(text.printable)' in \(self) is not a path or an address",
                help: RegistryError.mendTheIndex)
        }
        if Self.isWebAddress(text) { return .address(text) }
        switch place {
        case .file(let index):
            return .file(FilePaths.join(FilePaths.parent(of: index) ?? ".", Self.filePath(text) ?? text))
        case .address(let index):
            guard text.utf8.first != UInt8(ascii: "/"), Self.filePath(text) == nil else {
                throw RegistryError(
                    .indexMalformed, "the index at \(self) names a file of this machine: \(text.printable)",
                    help: "an index on the web can only name modules on the web")
            }
            let path = Self.withoutQuery(index)
            let folder = path.lastIndex(of: "/").map { path[...$0] } ?? path
            return .address(folder + Self.percentEncoded(text))
        }
    }

    /// The text with what cannot stand in a URL's path written as `%XX`; escapes that are there stay.
    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x00...0x20, 0x7F...0xFF, UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\\"), UInt8(ascii: "\""):
                "%" + Hex.encode([byte]).uppercased()
            default: String(UnicodeScalar(byte))
            }
        }.joined()
    }
}
