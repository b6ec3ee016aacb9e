internal import Basics
internal import Transfers
internal import Trust

/// Requests to an OCI registry (distribution specification 1.1): with a login, and tried again while it is busy.
///
/// Nothing goes to another host than the registry's, but the request for a blob that it redirects: without a login, and
/// what comes is checked against the blob's digest.
struct OCIClient: Sendable {
    let network: Network
    /// `host` or `host:port`, as the registry's address has it.
    let host: String
    /// Whether plain http is spoken, also to a host that is not this machine.
    let isPlain: Bool
    let session: OCISession
    /// How much of a blob is sent at a time, in bytes; a shorter one is sent with the request that ends its upload.
    var chunkBytes = 32 << 20

    init(_ network: Network, host: String, isPlain: Bool, session: OCISession = OCISession()) {
        self.network = network
        self.host = host
        self.isPlain = isPlain
        self.session = session
    }

    typealias Answer = Exchange.Answer

    /// The most bytes of an answer that is no blob: 4 MiB, as much as registries take for a manifest.
    static let maximumAnswerBytes = 4 << 20

    /// Makes a request behind `/v2/REPOSITORY/` and returns its answer of success or, where `accepting` has its status, of
    /// refusal.
    ///
    /// A blob that is looked for with `HEAD` is there where the registry says that it is elsewhere. Errors: `RegistryError`.
    func send(
        _ method: String, repository: String, _ path: String, query: [(String, String)] = [],
        headers: [(String, String)] = [], body: [UInt8]? = nil, accepting: Set<Int> = [], scope: OCIScope.Access,
        maximumBytes: Int = maximumAnswerBytes
    ) throws -> Answer {
        var wanted = OCIScope(repository, scope)
        wanted.removes = method == "DELETE"
        let request = OCIRequest(
            method: method, path: try address(repository, path, query), headers: headers, body: body,
            scope: wanted, what: "\(path) of \(place(repository))")
        let answer = try perform(request, maximumBytes: maximumBytes)
        if method == "HEAD", path.hasPrefix("blobs/"), answer.redirect != nil { return answer }
        return try accepted(answer, request, accepting)
    }

    /// Sends a part of an upload, or its end, to the `Location` that the registry has given for it, on its own host alone.
    ///
    /// What may have arrived is not sent again.
    func sendUpload(
        _ method: String, to location: String, repository: String, query: [(String, String)] = [],
        headers: [(String, String)] = [], body: [UInt8]? = nil, accepting: Set<Int> = []
    ) throws -> Answer {
        guard let path = pathOnHost(location) else {
            throw RegistryError(
                .storeRefused,
                "cannot upload to \(place(repository)): it redirects the upload to \(Self.shown(location)), on another server",
                help: "contact the registry's maintainer: a proxy in front of it must pass on host and scheme")
        }
        let more = Self.query(query)
        let request = OCIRequest(
            method: method, path: path + (more.isEmpty ? "" : (path.contains("?") ? "&" : "?") + more),
            headers: headers, body: body, scope: OCIScope(repository, .push), what: "a blob of \(place(repository))",
            isRepeatable: false)
        return try accepted(try perform(request, maximumBytes: Self.maximumAnswerBytes), request, accepting)
    }

    private func accepted(_ answer: Answer, _ request: OCIRequest, _ accepting: Set<Int>) throws -> Answer {
        if (200...299).contains(answer.status) || accepting.contains(answer.status) { return answer }
        throw refusal(answer, request)
    }

    // MARK: Addresses

    /// What error texts call a repository.
    func place(_ repository: String) -> String { "\(host)/\(repository)".printable }

    /// The path of something in a repository.
    func address(_ repository: String, _ path: String, _ query: [(String, String)] = []) throws -> String {
        guard OCINames.isHost(host) else {
            throw RegistryError(
                .notARegistry, "'\(host.printable)' is not the host of a registry", help: "give oci://HOST/PREFIX")
        }
        guard OCINames.isRepository(repository) else {
            throw RegistryError(
                .notARegistry, "'\(repository.printable)' is not the name of a repository in an OCI registry",
                help: "use small letters and digits, with '.', '_', '-' or '/' between them")
        }
        guard OCINames.isPath(path) else {
            throw RegistryError(.notARegistry, "'\(path.printable)' is neither a tag nor a digest")
        }
        return "/v2/\(repository)/\(path)" + (query.isEmpty ? "" : "?" + Self.query(query))
    }

    static func query(_ pairs: [(String, String)]) -> String {
        pairs.map { "\(OCINames.escaped($0.0))=\(OCINames.escaped($0.1))" }.joined(separator: "&")
    }

    /// The path and query of an address on this host, or of a path alone; nil for every other server.
    func pathOnHost(_ location: String) -> String? {
        guard location.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else { return nil }
        let text = location.prefix { $0 != "#" }
        if text.hasPrefix("/") { return text.hasPrefix("//") ? nil : String(text) }
        guard let there = Download.origin(of: String(text)), there == Download.origin(of: origin()),
            let start = text.firstPlace(of: "://")?.upperBound, let slash = text[start...].firstIndex(of: "/")
        else { return nil }
        return String(text[slash...])
    }

    /// The server as it is spoken to: `https://HOST`, or `http://HOST` where that is allowed.
    func origin() -> String {
        // Docker's own registry is known by another name than its server.
        let server = host == "docker.io" || host == "index.docker.io" ? "registry-1.docker.io" : host
        return (isPlain || session.isPlain ? "http://" : "https://") + server
    }

    /// An address in an error text, without what may hold a secret.
    static func shown(_ address: String) -> String {
        Download.shown(address)
    }
}
