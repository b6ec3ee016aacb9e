internal import Basics
internal import Contract
internal import Ed25519
internal import Files
internal import Trust

/// A `config.json` of docker or an `auth.json` of podman (containers-auth.json(5)).
struct ContainerLoginFile {
    /// The longest file that is read: 1 MiB.
    private static let maximumBytes = 1 << 20

    let path: String
    /// The helper of each registry, by its host (`credHelpers`).
    private(set) var helpers: [String: String] = [:]
    /// The helper of all others (`credsStore`).
    private(set) var store: String?
    /// Logins by host, or by host and the beginning of a repository (`auths`).
    private var entries: [(key: String, value: JSONNode)] = []

    /// Reads a file; nil where there is none.
    ///
    /// Error: `invalidLogin`, naming the file, for what is no such file.
    init?(_ path: String) throws(RegistryError) {
        self.path = path
        var bytes: [UInt8]
        do {
            bytes = try FileHandle(reading: path).readAll(limit: Self.maximumBytes)
        } catch {
            if error.isNotFound { return nil }
            throw RegistryError(
                .invalidLogin, "cannot read the logins in \(path.printable): \(error)",
                help: "make it readable for you, or name another file in REGISTRY_AUTH_FILE", underlying: error)
        }
        defer { SecretBytes.wipe(&bytes) }
        let root: JSONNode
        do {
            root = try JSONDocument(
                parsing: bytes, limits: JSONLimits(bytes: Self.maximumBytes, depth: 32, values: 100_000)
            ).root
        } catch {
            let place = TextPlace(of: error.offset, in: bytes)
            throw Self.malformed(path, "it is not JSON: \(error.message) (\(place))")
        }
        guard root.kind == .object else { throw Self.malformed(path, "it is not a JSON object") }
        if let store = root["credsStore"], store.kind != .null {
            guard let name = store.string else { throw Self.malformed(path, "credsStore is not a string") }
            self.store = name.isEmpty ? nil : name
        }
        for (host, value) in try Self.members("credHelpers", of: root, path) {
            guard let name = value.string else {
                throw Self.malformed(path, "credHelpers has no string for '\(host.printable)'")
            }
            helpers[host] = name
        }
        entries = try Self.members("auths", of: root, path)
    }

    private static func members(
        _ name: String, of root: JSONNode, _ path: String
    ) throws(RegistryError) -> [(key: String, value: JSONNode)] {
        guard let node = root[name], node.kind != .null else { return [] }
        guard node.kind == .object else { throw malformed(path, "\(name) is not an object") }
        return node.members.map { ($0.name.string ?? "", $0.value) }
    }

    private static func malformed(_ path: String, _ reason: String) -> RegistryError {
        RegistryError(
            .invalidLogin, "cannot read the logins in \(path.printable): \(reason)",
            help: "correct the file, or remove it and log in again with docker login or podman login")
    }

    /// The login for a repository: of the longest key that names it or a part of its path, then of its host.
    func login(host: String, repository: String) throws(RegistryError) -> ContainerLogin? {
        var parts = repository.split(separator: "/")
        while !parts.isEmpty {
            if let login = try login(key: "\(host)/\(parts.joined(separator: "/"))") { return login }
            parts.removeLast()
        }
        if let login = try login(key: host) { return login }
        // Older clients wrote whole addresses.
        let wanted = ContainerLogins.isDocker(host) ? "index.docker.io" : host
        for entry in entries where Self.host(ofAddress: entry.key) == wanted {
            if let login = try login(entry.key, entry.value) { return login }
        }
        return nil
    }

    private func login(key: String) throws(RegistryError) -> ContainerLogin? {
        guard let entry = entries.first(where: { $0.key == key }) else { return nil }
        return try login(entry.key, entry.value)
    }

    /// The host of an address such as `https://host/v1/`; nil for what names a repository.
    private static func host(ofAddress key: String) -> String? {
        var text = key[...]
        for scheme in ["https://", "http://"] where text.hasPrefix(scheme) { text = text.dropFirst(scheme.count) }
        let host = text.prefix { $0 != "/" }
        let isAddress = text.startIndex != key.startIndex || ["", "/", "/v1/", "/v2/"].contains(text[host.endIndex...])
        guard isAddress else { return nil }
        return ContainerLogins.isDocker(String(host)) ? "index.docker.io" : String(host)
    }

    /// What an entry holds; nil for one that a helper keeps the secret of, which is empty.
    private func login(_ key: String, _ entry: JSONNode) throws(RegistryError) -> ContainerLogin? {
        func malformed(_ reason: String) -> RegistryError {
            Self.malformed(path, "the entry '\(key.printable)' of auths \(reason)")
        }
        guard entry.kind == .object else { throw malformed("is not an object") }
        func text(_ name: String) -> String? {
            entry[name]?.string.flatMap { $0.isEmpty ? nil : $0 }
        }
        if let token = text("identitytoken") { return ContainerLogin(.identityToken(.init(token)), source: path) }
        if let token = text("registrytoken") { return ContainerLogin(.registryToken(.init(token)), source: path) }
        if let coded = text("auth") {
            guard var bytes = Base64.decode(coded.utf8.filter { $0 != 0x0A && $0 != 0x0D }) else {
                throw malformed("has an auth that is not base64")
            }
            defer { SecretBytes.wipe(&bytes) }
            guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
                throw malformed("has an auth that is not base64 of USER:PASSWORD")
            }
            var secret = bytes[(colon + 1)...]
            // Docker pads what it once encrypted.
            while secret.last == 0 { secret.removeLast() }
            return ContainerLogin(
                user: String(decoding: bytes[..<colon], as: UTF8.self), secret: String(decoding: secret, as: UTF8.self),
                source: path)
        }
        guard let user = text("username"), let password = text("password") else { return nil }
        return ContainerLogin(user: user, secret: password, source: path)
    }
}
