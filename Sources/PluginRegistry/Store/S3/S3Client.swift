internal import Basics
internal import Contract
internal import Files
internal import Transfers
internal import Trust

/// Requests to an object store with the interface of S3, signed with the access key where there is one.
///
/// No redirect is followed, so nothing of the key goes to another server.
struct S3Client: Sendable {
    let network: Network
    let bucket: String

    init(_ network: Network, bucket: String) {
        self.network = network
        self.bucket = bucket
    }

    /// The most bytes of an answer that is no object, such as a listing or an error: 16 MiB.
    private static let maximumAnswerBytes = 16 << 20
    /// How often a request is made that the store was too busy for.
    private static let tries = 5

    /// Hands an object to `sink` in pieces, and returns its tag.
    ///
    /// Errors: `RegistryError`, and a `TransferError` where it is not there.
    func read(
        _ key: String, maximumBytes: Int, into sink: (RawSpan, Int?) throws -> Void
    ) throws -> String? {
        let address = try address(key), deadline = network.deadline
        var total: Int?, isUntouched = true
        for attempt in 1... {
            do {
                return try Download.fetch(
                    address, network.settings(maximumBytes: maximumBytes, redirects: 0),
                    credentials: try credentials(), progress: { total = $1 }, isCancelled: network.isCancelled
                ) { piece in
                    isUntouched = false
                    try sink(piece, total)
                }.entityTag
            } catch let error as TransferError {
                // What is fetched anywhere is tried again when a server is busy; a store also when it says InternalError.
                guard case .status(500) = error.kind, attempt < Self.tries, isUntouched, ContinuousClock.now < deadline
                else { throw failure(error, "read \(key.printable)") ?? error }
            }
            Self.pause(after: attempt, isCancelled: network.isCancelled)
        }
        preconditionFailure("the loop ends with its last try")
    }

    private static func pause(after attempt: Int, isCancelled: (() -> Bool)? = nil) {
        let most = min(5000, 100 << attempt)
        Pause.random(most / 4...most, isCancelled: isCancelled)
    }

    /// Makes a request and returns its answer of success or, where `accepting` has its status, of refusal.
    func send(
        _ method: String, _ key: String?, query: [(String, String)] = [], headers: [(String, String)] = [],
        body: [UInt8]? = nil, accepting: Set<Int> = []
    ) throws -> Exchange.Answer {
        var exchange = Exchange(method, try address(key, query: query))
        exchange.headers = headers.map { (name: $0.0, value: $0.1) }
        exchange.body = body
        if let body { exchange.bodyDigest = try SHA256Digest(of: body).description }
        exchange.authorization = try accessKey().map { .signature($0) }
        let action = "\(Self.words[method] ?? method) \((key ?? "the list of its objects").printable)"
        let deadline = network.deadline
        for attempt in 1... {
            do {
                let answer = try exchange.perform(network.settings(maximumBytes: Self.maximumAnswerBytes))
                if (200...299).contains(answer.status) || accepting.contains(answer.status) { return answer }
                guard attempt < Self.tries, answer.isBusy || answer.status == 409 else {
                    throw refusal(answer.status, answer.body, answer.headers, action)
                }
            } catch let error as TransferError {
                guard attempt < Self.tries, error.isPassing, ContinuousClock.now < deadline else {
                    throw RegistryError(
                        .indexUnavailable, error, "cannot \(action) in \(place): \(error.reason)")
                }
            }
            Self.pause(after: attempt)
        }
        preconditionFailure("the loop ends with its last try")
    }

    private static let words = ["GET": "read", "HEAD": "look at", "PUT": "write", "DELETE": "remove"]

    // MARK: Where and who

    /// What error texts call the bucket and its store.
    var place: String { "the bucket \(bucket.printable) at \(host.printable)" }

    private var host: String {
        network.objectStore.endpoint.map { endpoint in
            String(endpoint.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" && $0 != "?" && $0 != "#" })
        } ?? "AWS (\(region))"
    }

    private var region: String { network.objectStore.region ?? "us-east-1" }

    /// The address of an object, or of the bucket; every byte that may mean something in an address is escaped.
    private func address(_ key: String?, query: [(String, String)] = []) throws -> String {
        guard bucket.utf8.allSatisfy({ Self.isPlain($0) }), !bucket.isEmpty else {
            throw RegistryError(
                .notARegistry, "'\(bucket.printable)' is not the name of a bucket",
                help: "write s3://BUCKET/PREFIX, with 3 to 63 small letters, digits, dots and hyphens in BUCKET")
        }
        let store: String
        if let endpoint = network.objectStore.endpoint {
            let lower = endpoint.lowercased()
            guard lower.hasPrefix("https://") || lower.hasPrefix("http://"),
                !endpoint.contains(where: { "?#@".contains($0) })
            else {
                throw RegistryError(
                    .storeRefused, "the endpoint '\(endpoint.printable)' is not the address of an object store",
                    help: "give it as https://HOST or https://HOST:PORT")
            }
            var text = Substring(endpoint)
            while text.last == "/" { text = text.dropLast() }
            store = "\(text)/\(bucket)"
        } else {
            guard region.utf8.allSatisfy({ Self.isPlain($0) }) else {
                throw RegistryError(
                    .storeRefused, "'\(region.printable)' is not a region", help: "give one such as eu-central-1")
            }
            let domain = "s3.\(region).amazonaws.com" + (region.hasPrefix("cn-") ? ".cn" : "")
            // The certificate of the store is for names without further dots.
            store = bucket.contains(".") ? "https://\(domain)/\(bucket)" : "https://\(bucket).\(domain)"
        }
        let path = key.map { $0.split(separator: "/", omittingEmptySubsequences: false).map(Self.escaped) }
        // A signature covers the query in the order of its names; libcurl before 8.1 signs it as it stands.
        let pairs = query.sorted { $0.0 < $1.0 }.map { "\(Self.escaped($0.0[...]))=\(Self.escaped($0.1[...]))" }
        return store + "/" + (path ?? []).joined(separator: "/")
            + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || "-._~".utf8.contains(byte)
    }

    private static func escaped(_ text: Substring) -> String {
        text.utf8.map { isPlain($0) ? String(UnicodeScalar($0)) : "%" + Hex.encode([$0]).uppercased() }.joined()
    }

    private func accessKey() throws -> AWSKey? {
        let access = network.objectStore
        if case .missing(let profile) = access.fault {
            throw RegistryError(
                .storeRefused, "there is no profile '\(profile.printable)' for \(place)",
                help: "correct AWS_PROFILE, or add the profile to ~/.aws/credentials")
        }
        guard let id = access.accessKeyID, !id.isEmpty else { return nil }
        guard let secret = access.secretAccessKey, !secret.isEmpty else {
            throw RegistryError(
                .storeRefused, "there is an access key for \(place), but no secret key",
                help: "set AWS_SECRET_ACCESS_KEY, or complete the profile in ~/.aws/credentials")
        }
        return AWSKey(id: id, secret: secret, sessionToken: access.sessionToken, region: region)
    }

    private func credentials() throws -> Credentials { try accessKey().map { Credentials(key: $0) } ?? Credentials() }
}
