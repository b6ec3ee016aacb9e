internal import Basics
internal import Contract
package import Ed25519
package import Files
internal import Synchronization
internal import Transfers
public import Trust

/// How far the reading of an index or a module has come.
public struct TransferProgress: Sendable, Hashable {
    /// What is read.
    public enum Phase: String, Sendable {
        /// The index of a registry.
        case index
        /// The module of a release.
        case module
    }

    /// What is read.
    public let phase: Phase
    /// Whose it is: the registry of an index, or the plugin and version of a module.
    public let subject: String
    /// The bytes that have come.
    public let bytes: Int
    /// All of them, where that is known.
    public let totalBytes: Int?
}

/// Fetches from the web in place of libcurl, for hosts with an HTTP client of their own.
public protocol Fetcher: Sendable {
    /// Hands the body at `address` to `receive` in pieces, in their order, and returns at its end.
    ///
    /// `receive` also takes the length of the whole body where the server says it; it throws when the transfer is to stop,
    /// and that error is to be passed on. Everything but a whole body of success (status 2xx) must be an error; so must a
    /// redirect from https to http. It is to end soon after its task is cancelled, which `Network.Limits.totalSeconds` does,
    /// too; the other times are the fetcher's own. Only `http` and `https` go through it, not object stores and OCI registries.
    func fetch(
        _ address: String, receive: @escaping @Sendable (_ piece: [UInt8], _ totalBytes: Int?) throws -> Void
    ) async throws
}

/// How indexes and modules are read: limits, progress, and how they are fetched from the web.
public struct Network: Sendable, CustomStringConvertible, CustomReflectable {
    /// What reading may cost; reaching any of these is an error.
    public struct Limits: Sendable, Hashable {
        /// The longest index that is fetched from the web, in bytes; one in a folder may have any length.
        public var indexBytes = KitLimits.indexBytes
        /// The largest module, in bytes.
        public var moduleBytes = KitLimits.moduleBytes
        /// Seconds for finding the server and connecting; at least 1, as for all times here.
        public var connectSeconds = 10
        /// Seconds for a whole transfer, redirects and further attempts included.
        public var totalSeconds = 300
        /// Seconds without as much as one byte a second.
        public var stallSeconds = 30
        /// How many redirects are followed.
        public var redirects = 5

        /// The defaults, which suit modules of some megabytes.
        public init() {}
    }

    /// A PEM file of certificates to trust in place of the system's.
    public var certificateFile: String?
    /// A folder of certificates by their hash, beside that file or the system's.
    public var certificateFolder: String?
    /// The text of a `.netrc`: logins for servers, each told to its own alone.
    public var netrc = ""
    /// A token for the registry's own server, told to no other.
    public var token: String?
    /// What the kit calls itself to servers.
    public var userAgent: String
    /// How the object stores of `s3://` addresses are reached.
    public var objectStore = ObjectStoreAccess()
    /// Whether plain http is spoken to the OCI registries of `oci://` addresses, also off this machine.
    public var allowsPlainHTTP = false
    /// The layout of releases in an OCI registry.
    package var ociLayout = OCILayout.wasm
    /// What was read of OCI registries; copies of this value share it.
    let oci = OCIMemory()
    /// Where the logins of OCI registries are.
    public var containerLogins = ContainerLogins()
    /// A folder for indexes of web registries of up to 16 MiB, used again while the server says that they are unchanged.
    public var indexCacheFolder: String?
    /// What reading may cost.
    public var limits = Limits()
    /// Fetches from the web in place of libcurl.
    public var fetcher: (any Fetcher)?
    /// Told with every piece how far reading has come, from folders too; an error that it throws stops the reading.
    ///
    /// The method of `Registry` that was reading throws the same error.
    public var progress: (@Sendable (TransferProgress) throws -> Void)?

    /// The folder of what was seen of signed registries; nil checks no signature of an index.
    private var memoryFolder: String?
    /// What was seen of signed registries; nil checks no signature of an index.
    package var memory: RegistryMemory? {
        memoryFolder.map { RegistryMemory(folder: $0, endpoint: objectStore.endpoint) }
    }
    /// The cancellation, which every transfer asks for at least once a second; nil for what nobody cancels.
    package var cancellation: Cancellation?
    /// The same as libcurl's wrapper asks for it.
    var isCancelled: (() -> Bool)? { cancellation.map { cancellation in { cancellation.isCancelled } } }
    /// Registries whose index has to be signed, whatever was seen of them.
    package var signedRegistries: [SignedRegistry] = []

    /// A registry whose index has to be signed by a key.
    package struct SignedRegistry: Sendable {
        package let origin: String
        package let key: PublicKey
    }

    /// The same network, whose transfers end when somebody wishes them to stop.
    package func stopping(with cancellation: Cancellation) -> Network {
        var network = self
        network.cancellation = cancellation
        return network
    }

    /// Remembers signed registries in a folder of the host's: then an index of one that is unsigned, old or expired is refused.
    ///
    /// Without it, and without `demandSignatures`, no signature of an index is looked at; those of modules are.
    public mutating func rememberRegistries(in folder: String) { memoryFolder = folder }

    /// Demands the signatures of the registries that the policy of a trust root names; `Registry.install` does it itself.
    public mutating func demandSignatures(of root: TrustRoot) {
        signedRegistries += (root.policy?.registries ?? []).map { rule in
            SignedRegistry(origin: RegistryLocation(rule.location, currentFolder: "/").origin, key: rule.key)
        }
    }

    /// Fetches as described by its arguments, within the default limits.
    public init(
        certificateFile: String? = nil, userAgent: String = "pdk", fetcher: (any Fetcher)? = nil,
        progress: (@Sendable (TransferProgress) throws -> Void)? = nil
    ) {
        self.certificateFile = certificateFile
        self.userAgent = userAgent
        self.fetcher = fetcher
        self.progress = progress
    }

    /// The user agent, and nothing of tokens and logins.
    public var description: String { "network of \(userAgent)" }
    /// A mirror without tokens and logins.
    public var customMirror: Mirror { Mirror(self, children: ["userAgent": userAgent, "limits": limits]) }

    /// Reads a `.netrc`; one that is not there, or that others can read, is left alone, as ftp and ssh do: then false.
    @discardableResult
    public mutating func readNetrc(_ path: String) -> Bool {
        guard let file = try? FileHandle(reading: path), let status = try? file.status(), status.mode & 0o077 == 0,
            status.isOwnedByUserOrRoot, let bytes = try? file.readAll(limit: Credentials.maximumFileBytes)
        else { return false }
        netrc = String(decoding: bytes, as: UTF8.self)
        return true
    }

    /// Whether there is no token, or one that can be sent.
    package var hasUsableToken: Bool { token.map(Credentials.isToken) ?? true }

    /// Fetches an address of the web; `home` is that of the registry, to whose server the token is told.
    package func fetch(
        _ address: String, maximumBytes: Int, home: String? = nil, into sink: (RawSpan) throws -> Void
    ) throws {
        try fetch(address, maximumBytes: maximumBytes, home: home) { piece, _ in try sink(piece) }
    }

    func fetch(
        _ address: String, maximumBytes: Int, home: String? = nil, stayingOnServer: Bool = false,
        into sink: (RawSpan, Int?) throws -> Void
    ) throws {
        if let fetcher { return try fetch(address, fetcher, maximumBytes, into: sink) }
        var total: Int?
        var settings = settings(maximumBytes: maximumBytes)
        settings.limits.staysOnServer = stayingOnServer
        let isHome = home.map { Download.origin(of: $0) == Download.origin(of: address) } ?? true
        _ = try Download.fetch(
            address, settings, credentials: Credentials(netrc: netrc, token: isHome ? token : nil),
            progress: { total = $1 }, isCancelled: isCancelled
        ) { piece in
            try sink(piece, total)
        }
    }

    /// Fetches a small index, at most so many bytes, from the cache where the server says that it is unchanged.
    func fetchIndex(_ address: String, maximumBytes: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let subject = String(RegistryLocation.withoutQuery(address))
        try streamIndex(address, maximumBytes: maximumBytes) { piece, all in
            bytes.append(piece)
            try progress?(TransferProgress(phase: .index, subject: subject, bytes: bytes.count, totalBytes: all))
        }
        return bytes
    }

    /// Hands an index to `sink`, from the cache where the server says that it is unchanged; one that is too long is not kept.
    func streamIndex(
        _ address: String, maximumBytes: Int, into sink: (RawSpan, Int?) throws -> Void
    ) throws {
        guard fetcher == nil, let cache = indexCacheFolder.map({ IndexCache(folder: $0) }) else {
            return try fetch(address, maximumBytes: maximumBytes, into: sink)
        }
        let kept = cache.read(address, maximumBytes: min(maximumBytes, IndexCache.maximumBody))
        var body: [UInt8]? = [], total: Int?
        let response = try Download.fetch(
            address, settings(maximumBytes: maximumBytes), credentials: Credentials(netrc: netrc, token: token),
            unless: kept?.tag, progress: { total = $1 }, isCancelled: isCancelled
        ) { piece in
            if (body?.count ?? .max) <= IndexCache.maximumBody - piece.byteCount {
                body?.append(piece)
            } else {
                body = nil
            }
            try sink(piece, total)
        }
        if response.isUnchanged, let kept {
            let bytes = kept.body
            return try unsafe sink(bytes.span.bytes, bytes.count)
        }
        if let tag = response.entityTag, let body { cache.keep(body, tag: tag, of: address) }
    }

    /// Lets go of what is kept of an index: its server may call another text by the same tag.
    func forgetIndex(_ place: RegistryLocation.Place) {
        guard case .address(let address) = place, let indexCacheFolder else { return }
        IndexCache(folder: indexCacheFolder).remove(address)
    }

    /// How a transfer of at most so many bytes is made; `redirects`, where given, instead of what the limits say.
    func settings(maximumBytes: Int, redirects: Int? = nil) -> TransferSettings {
        TransferSettings(
            limits: TransferLimits(
                maximumBytes: maximumBytes, connectSeconds: limits.connectSeconds, totalSeconds: limits.totalSeconds,
                stallSeconds: limits.stallSeconds, maximumRedirects: redirects ?? limits.redirects),
            certificates: Certificates(file: certificateFile, folder: certificateFolder), userAgent: userAgent)
    }

    /// When what begins now has taken as long as it may, all attempts together.
    var deadline: ContinuousClock.Instant { ContinuousClock.now + .seconds(limits.totalSeconds) }

    /// What a fetcher of the host's own hands its pieces to while this thread waits for it.
    ///
    /// `@unchecked Sendable`: all that changes does so under the lock.
    private final class Receiver: @unchecked Sendable {
        private let lock = Mutex(())
        private var sink: ((RawSpan, Int?) throws -> Void)?
        private var left: Int
        private let limit: Int
        private let address: String
        /// Why no more is taken; it counts for more than what the fetcher makes of it.
        private var cause: (any Error)?
        var failure: (any Error)? { lock.withLock { _ in cause } }

        init(_ address: String, _ maximumBytes: Int, _ sink: @escaping (RawSpan, Int?) throws -> Void) {
            self.address = address
            self.sink = sink
            limit = maximumBytes
            left = maximumBytes
        }

        func receive(_ piece: [UInt8], _ total: Int?) throws {
            try lock.withLock { _ in
                if let cause { throw cause }
                do { try take(piece, total) } catch {
                    cause = error
                    throw error
                }
            }
        }

        private func take(_ piece: [UInt8], _ total: Int?) throws {
            guard piece.count <= left else {
                throw TransferError(url: Download.shown(address), kind: .tooLarge(limit: limit))
            }
            left -= piece.count
            guard let sink else { throw CancellationError() }
            try unsafe sink(piece.span.bytes, total)
        }

        /// Lets go of the sink, which must not outlive the call it was handed to, and waits for a piece that is handed over.
        func close() { lock.withLock { _ in sink = nil } }
    }

    private func fetch(
        _ address: String, _ fetcher: any Fetcher, _ maximumBytes: Int,
        into sink: (RawSpan, Int?) throws -> Void
    ) throws {
        let cancellation = cancellation
        try withoutActuallyEscaping(sink) { sink in
            let receiver = Receiver(address, maximumBytes, sink)
            defer { receiver.close() }
            do {
                let limit = limits.totalSeconds
                try BackgroundThread.wait(cancellation) {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask {
                            try await fetcher.fetch(address) { piece, total in
                                try cancellation?.check()
                                try receiver.receive(piece, total)
                            }
                        }
                        group.addTask {
                            try await Task.sleep(for: .seconds(limit))
                            throw TransferError(url: Download.shown(address), kind: .timedOut)
                        }
                        defer { group.cancelAll() }
                        try await group.next()
                    }
                }
            } catch { throw receiver.failure ?? error }
            if let failure = receiver.failure { throw failure }
        }
    }
}
