internal import Basics
internal import Contract
internal import Files
internal import Transfers
internal import Trust

/// Where a registry is: a folder, its `index.json`, a `file://`, `http://` or `https://` address of either,
/// `s3://BUCKET/PREFIX` or `oci://HOST/PREFIX`.
public struct RegistryLocation: Sendable, Hashable, CustomStringConvertible {
    enum Place: Sendable, Hashable {
        case file(String)
        case address(String)
        case object(ObjectPlace)
        case oci(OCIPlace)
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
        if let object = ObjectPlace(registry: text, indexName: RegistryIndex.fileName) {
            place = .object(object)
            return
        }
        if let file = OCIPlace(registry: text, indexName: RegistryIndex.fileName) {
            place = .oci(file)
            return
        }
        if Self.filePath(text) == nil, Self.hasScheme(text) {
            // Whoever fetches it refuses the scheme: taken for a path, it would be made here as a folder.
            place = .address(text)
            return
        }
        let path = FilePaths.join(currentFolder, Self.filePath(text) ?? text)
        // A path that cannot be examined is reported when it is read.
        let kind = (try? FileStatus.of(path, followingLinks: true))?.kind
        let isIndex = kind == nil ? path.lowercased().hasSuffix(".json") : kind != .folder
        place = .file(isIndex ? path : FilePaths.join(path, RegistryIndex.fileName))
    }

    init(_ object: ObjectPlace) { place = .object(object) }

    init(place: Place) { self.place = place }

    /// The index's path or address; what follows `?` or `#` in an address is left out, for it may hold secrets.
    public var description: String {
        switch place {
        case .file(let path): path
        case .address(let address): String(Self.withoutQuery(address))
        case .object(let object): object.description
        case .oci(let file): file.description
        }
    }

    /// What is wrong with the address of a bucket or of an OCI registry; nil for nothing, and for every other place.
    package var problem: String? {
        switch place {
        case .object(let object): object.problem
        case .oci(let file): file.problem
        case .file, .address: nil
        }
    }

    /// Why readers could not use the place as an address that they are shown; nil for nothing.
    package var problemForReaders: String? {
        guard case .address(let address) = place else { return problem }
        if let problem = Download.problem(of: address) { return problem }
        return Self.withoutQuery(address) == address ? nil : "everybody could read what follows '?' or '#'"
    }

    /// Whether it is in a store that is no folder and can be changed: an object store or an OCI registry.
    package var isInRemoteStore: Bool {
        switch place {
        case .object, .oci: true
        case .file, .address: false
        }
    }

    /// Whether it is in an OCI registry.
    package var isInOCIRegistry: Bool {
        guard case .oci = place else { return false }
        return true
    }

    /// What a file of a registry in such a store is called, by its path in the registry; nil for a folder and on the web.
    package func storedName(of path: String) -> String? {
        switch place {
        case .object(let object): object.at(path).description
        case .oci(let file): file.at(path).description
        case .file, .address: nil
        }
    }

    /// What the index of a registry in such a store is called as a file; nil for a folder and on the web.
    package var storedIndexFile: String? {
        switch place {
        case .object(let object): object.path
        case .oci(let file): file.path
        case .file, .address: nil
        }
    }

    /// The object that is the index, in an object store.
    var object: ObjectPlace? {
        guard case .object(let object) = place else { return nil }
        return object
    }

    /// An address up to what may be a secret: its query and its fragment.
    package static func withoutQuery(_ address: String) -> Substring { address.prefix { $0 != "?" && $0 != "#" } }

    /// The registry's folder, nil when it is on the web or in an object store.
    public var folder: String? {
        guard case .file(let path) = place else { return nil }
        return FilePaths.parent(of: path)
    }

    /// The path of the index, nil when it is on the web or in an object store.
    public var indexPath: String? {
        guard case .file(let path) = place else { return nil }
        return path
    }

    static func isWebAddress(_ text: String) -> Bool {
        let scheme = text.prefix(8).lowercased()
        return scheme.hasPrefix("http://") || scheme.hasPrefix("https://")
    }

    /// Whether a text begins as an address of any kind: a scheme (RFC 3986, section 3.1) and `://`.
    private static func hasScheme(_ text: String) -> Bool {
        text.firstPlace(of: "://").map { isScheme(text[..<$0.lowerBound]) } ?? false
    }

    /// The scheme of a text that begins with one (RFC 3986, section 3.1) and is no address for all that; nil for other texts.
    package static func otherScheme(of text: String) -> String? {
        let scheme = text.prefix { $0 != ":" }
        guard scheme.endIndex < text.endIndex, !text[scheme.endIndex...].hasPrefix("://"), isScheme(scheme) else {
            return nil
        }
        return String(scheme)
    }

    private static func isScheme(_ text: Substring) -> Bool {
        text.first.map { $0.isASCII && $0.isLetter } ?? false
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }

    /// The path of a `file://` address of this machine, escapes decoded; nil for any other text.
    ///
    /// The host takes the path as it stands: of a path with `%` that is there, so does the kit (RFC 8089).
    package static func filePath(_ text: String) -> String? {
        guard text.prefix(7).lowercased() == "file://" else { return nil }
        var path = String(text.dropFirst(7))
        if path.prefix(10).lowercased() == "localhost/" { path = String(path.dropFirst(9)) }
        guard path.utf8.contains(UInt8(ascii: "%")), ((try? FileStatus.of(path, followingLinks: true)) ?? nil) == nil
        else {
            return path
        }
        return decoded(path)
    }

    /// The text with every `%XX` as the byte it stands for; as it is where that makes no UTF-8 or a zero byte.
    private static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = [], rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
                rest.first != UInt8(ascii: "+")
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        guard !bytes.contains(0), let path = String(validating: bytes, as: UTF8.self) else { return text }
        return path
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
                help: RegistryError.correctTheIndex)
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
            return .address(Self.withoutDotSegments(folder + Self.percentEncoded(text)))
        case .object(let index): return .object(try inside(text, index.relative))
        case .oci(let index): return .oci(try inside(text, index.relative))
        }
    }

    /// The place of a file of the registry, which `relative` finds unless it is outside.
    private func inside<Place>(
        _ text: String, _ relative: (String) -> Place?
    ) throws(RegistryError) -> Place {
        guard text.utf8.first != UInt8(ascii: "/"), Self.filePath(text) == nil, let place = relative(text) else {
            throw RegistryError(
                .indexMalformed, "the index at \(self) names a file outside its registry: \(text.printable)",
                help: RegistryError.correctTheIndex)
        }
        return place
    }

    /// The address without `.` and `..` in its path (RFC 3986, section 5.2.4), which a request would not have either.
    private static func withoutDotSegments(_ address: String) -> String {
        guard let scheme = address.firstPlace(of: "://"),
            let start = address[scheme.upperBound...].firstIndex(of: "/")
        else { return address }
        let end = address.firstIndex { $0 == "?" || $0 == "#" } ?? address.endIndex
        guard start < end else { return address }
        var parts: [Substring] = []
        let all = address[address.index(after: start)..<end].split(separator: "/", omittingEmptySubsequences: false)
        for part in all {
            switch part {
            case "..": _ = parts.popLast()
            case ".": break
            default: parts.append(part)
            }
        }
        return address[...start] + parts.joined(separator: "/") + address[end...]
    }

    /// Whether the registry is on the web.
    package var isOnTheWeb: Bool { webAddress != nil }

    /// The index's address, secrets and all; nil when it is a file.
    var webAddress: String? {
        guard case .address(let address) = place else { return nil }
        return address
    }

    /// Refuses a module of another server (scheme, host and port) than that of an index on the web.
    func checkOrigin(of module: Place, subject: String, isChecked: Bool) throws(RegistryError) {
        guard case .address(let address) = module, folder == nil else { return }
        let mine = webAddress.flatMap { Download.origin(of: $0) }, its = Download.origin(of: address)
        guard mine == nil || mine != its else { return }
        throw RegistryError(
            .otherOrigin,
            "\(subject) is not on the server of its index \(self) but on \(its?.printable ?? "an address that cannot be read")",
            help: isChecked
                ? "if you trust both, set InstallOptions.allowsOtherOrigins"
                : "pass a trust root, so that its signature is checked, and set InstallOptions.allowsOtherOrigins",
            commandHelp: isChecked
                ? "if you trust both, allow it with --allow-other-origins"
                : "give a trust root, so that its signature is checked, and --allow-other-origins")
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
