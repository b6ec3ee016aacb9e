internal import Basics
internal import CCurl

/// One libcurl easy handle and what its callbacks need; a class because C keeps a pointer back to it.
@safe
final class Transfer {
    /// What one request led to.
    enum Outcome {
        case body(bytes: Int)
        case redirect(to: String)
        /// The state that was asked about is still the server's.
        case unchanged
    }

    /// Why a callback ended the request.
    private enum Stop {
        case sink(any Error)
        case tooLarge
        case uselessBody
        case headersTooLarge
    }

    /// The most bytes of headers of one request: 256 KiB.
    private static let maximumHeaderBytes = 256 * 1024
    /// The most bytes that are kept of a refusal: 4 KiB.
    private static let maximumRefusalBytes = 4096
    /// The most bytes of a redirect's own body, which nobody reads: 64 KiB.
    private static let maximumDiscardedBytes = 64 * 1024

    private let functions: ccurl_library
    private let handle: UnsafeMutableRawPointer
    private let reason: UnsafeMutablePointer<CChar>
    private let limits: TransferLimits
    private var sink: ((RawSpan) throws -> Void)?
    private let progress: ((Int, Int?) -> Void)?
    private let isCancelled: (() -> Bool)?

    private var bodyBytes = 0
    private var headerBytes = 0
    private var isEncoded = false
    private var stop: Stop?
    /// The headers of the last answer, by name in lower case.
    private(set) var headers: [String: String] = [:]
    /// Whether any status is an answer, so that every body is handed on.
    private var takesEveryBody = false
    private var isSigning = false
    /// The entity tag of a state whose body is not wanted again; nil for none.
    var unless: String?
    /// The beginning of a refusal's body.
    private(set) var refusal: [UInt8] = []
    /// What is sent beside libcurl's own headers; libcurl reads it while it works.
    private var sentHeaders: UnsafeMutablePointer<curl_slist>?

    /// Makes the handle and sets everything that is the same for every request of a download.
    init(
        _ url: String, library: CurlLibrary, _ settings: TransferSettings, progress: ((Int, Int?) -> Void)?,
        isCancelled: (() -> Bool)?, sink: @escaping (RawSpan) throws -> Void
    ) throws(TransferError) {
        let functions = unsafe library.functions
        guard let handle = unsafe functions.easy_init() else {
            throw TransferError(url: Redaction.address(url), kind: .connection("libcurl returned no handle"))
        }
        unsafe self.functions = functions
        unsafe self.handle = handle
        unsafe self.reason = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe self.reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        limits = settings.limits
        self.sink = sink
        self.progress = progress
        self.isCancelled = isCancelled
        try configure(url, settings)
    }

    deinit {
        withoutBrokenPipeSignal { unsafe functions.easy_cleanup(handle) }
        unsafe functions.slist_free_all(sentHeaders)
        unsafe reason.deallocate()
    }

    /// Forgets the sink, which must not be kept longer than the call it was given to.
    func close() {
        sink = nil
    }

    private func configure(_ url: String, _ settings: TransferSettings) throws(TransferError) {
        let certificates = settings.certificates
        guard settings.userAgent.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }),
            certificates.file?.utf8.contains(0) != true,
            certificates.folder?.utf8.contains(0) != true
        else {
            throw TransferError(
                url: Redaction.address(url), kind: .invalidRequest("a control character in the user agent or file name")
            )
        }
        let codes = setRules(settings.userAgent) + setCertificates(certificates) + setCallbacks()
        guard codes.allSatisfy({ $0 == CURLE_OK }) else {
            throw TransferError(
                url: Redaction.address(url), kind: .connection("libcurl is too old or refused an option"))
        }
    }

    /// Protocols, times and what is taken for safe; what libcurl says to each option.
    private func setRules(_ userAgent: String) -> [CURLcode] {
        let set = unsafe functions.easy_setopt
        func long(_ option: CURLoption, _ value: Int) -> CURLcode {
            unsafe ccurl_set_long(set, handle, option, value)
        }
        func seconds(_ value: Int) -> Int { min(max(1, value), 1_000_000) }
        return [
            unsafe ccurl_set_protocols(set, handle),
            long(CURLOPT_FOLLOWLOCATION, 0),
            long(CURLOPT_DISALLOW_USERNAME_IN_URL, 1),
            long(CURLOPT_NETRC, 0),
            long(CURLOPT_HTTP09_ALLOWED, 0),
            unsafe ccurl_set_string(set, handle, CURLOPT_ACCEPT_ENCODING, "gzip"),
            long(CURLOPT_NOSIGNAL, 1),
            long(CURLOPT_NOPROGRESS, isCancelled == nil ? 1 : 0),
            long(CURLOPT_SSL_VERIFYPEER, 1),
            long(CURLOPT_SSL_VERIFYHOST, 2),
            long(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2),
            long(CURLOPT_CONNECTTIMEOUT, seconds(limits.connectSeconds)),
            long(CURLOPT_LOW_SPEED_LIMIT, 1),
            long(CURLOPT_LOW_SPEED_TIME, seconds(limits.stallSeconds)),
            unsafe ccurl_set_string(set, handle, CURLOPT_USERAGENT, userAgent),
        ]
    }

    /// The certificates in place of, or beside, the system's.
    private func setCertificates(_ certificates: Certificates) -> [CURLcode] {
        let set = unsafe functions.easy_setopt
        var codes: [CURLcode] = []
        if let file = certificates.file {
            codes.append(unsafe ccurl_set_string(set, handle, CURLOPT_CAINFO, file))
            codes.append(unsafe ccurl_set_string(set, handle, CURLOPT_CAPATH, nil))
        }
        if let folder = certificates.folder {
            codes.append(unsafe ccurl_set_string(set, handle, CURLOPT_CAPATH, folder))
        }
        return codes
    }

    /// What libcurl calls with headers, bodies and the time that passes.
    private func setCallbacks() -> [CURLcode] {
        let set = unsafe functions.easy_setopt, context = unsafe Unmanaged.passUnretained(self).toOpaque()
        return [
            unsafe ccurl_set_pointer(set, handle, CURLOPT_ERRORBUFFER, reason),
            unsafe ccurl_set_pointer(set, handle, CURLOPT_WRITEDATA, context),
            unsafe ccurl_set_pointer(set, handle, CURLOPT_HEADERDATA, context),
            unsafe ccurl_set_function(set, handle, CURLOPT_WRITEFUNCTION) { data, size, count, context in
                unsafe Transfer.receive(data, size * count, context, { $0.receive(body: $1) })
            },
            unsafe ccurl_set_function(set, handle, CURLOPT_HEADERFUNCTION) { data, size, count, context in
                unsafe Transfer.receive(data, size * count, context, { $0.receive(header: $1) })
            },
            unsafe ccurl_set_pointer(set, handle, CURLOPT_XFERINFODATA, context),
            unsafe ccurl_set_progress(set, handle) { context, _, _, _, _ in
                guard let context = unsafe context else { return 1 }
                let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                return transfer.isCancelled?() ?? false ? 1 : 0
            },
        ]
    }

    /// Does one request (`curl_easy_perform`).
    func perform(
        _ address: Address, answering answer: Credentials.Answer?, deadline: ContinuousClock.Instant
    ) throws -> Outcome {
        func failure(_ kind: TransferError.Kind) -> TransferError {
            TransferError(url: Redaction.address(address.text), kind: kind, refusal: refusal)
        }
        let condition = unless.map { [(name: "If-None-Match", value: $0)] } ?? []
        guard tell(answer, condition) else { throw failure(.connection("libcurl refused the credentials")) }
        let code = try run(address, deadline: deadline)
        if code == CURLE_OK, status == 304, unless != nil { return .unchanged }
        if code == CURLE_OK, let target = redirectTarget(status) { return .redirect(to: target) }
        if status == 404 || status == 410 { throw failure(.notFound(status)) }
        if !Self.isWholeBody(status), stop != nil || code == CURLE_OK { throw failure(.status(status)) }
        guard code == CURLE_OK else { throw failure(kind(of: code, status: status)) }
        return .body(bytes: bodyBytes)
    }

    /// Does one request with a method, headers and a body of its own; any status is an answer.
    ///
    /// The sink gets every body, or that of success alone.
    func exchange(
        _ exchange: Exchange, _ address: Address, deadline: ContinuousClock.Instant, takingEveryBody: Bool = true
    ) throws -> (status: Int, redirect: String?) {
        func failure(_ kind: TransferError.Kind) -> TransferError {
            TransferError(url: Redaction.address(address.text), kind: kind)
        }
        takesEveryBody = takingEveryBody
        var headers = exchange.headers
        if exchange.body != nil, !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            headers.append(("Content-Type", "application/octet-stream"))
        }
        let set = unsafe functions.easy_setopt
        let isBare = exchange.method == "HEAD"
        guard tell(exchange.authorization, headers, bodyDigest: exchange.bodyDigest),
            unsafe ccurl_set_string(set, handle, CURLOPT_ACCEPT_ENCODING, nil) == CURLE_OK,
            // Nobody waits for a leave to send. An empty Expect header would be signed, and not sent.
            unsafe ccurl_set_long(set, handle, CURLOPT_EXPECT_100_TIMEOUT_MS, 1) == CURLE_OK,
            unsafe ccurl_set_long(set, handle, isBare ? CURLOPT_NOBODY : CURLOPT_HTTPGET, 1) == CURLE_OK
        else { throw failure(.connection("libcurl refused the request")) }
        func finish() throws -> (Int, String?) {
            if !isBare, exchange.method != "GET" {
                guard unsafe ccurl_set_string(set, handle, CURLOPT_CUSTOMREQUEST, exchange.method) == CURLE_OK else {
                    throw failure(.connection("libcurl refused the method"))
                }
            }
            let code = try run(address, deadline: deadline)
            let isRefusal = !takingEveryBody && status != 0 && !Self.isWholeBody(status) && stop != nil
            guard code == CURLE_OK || isRefusal else { throw failure(kind(of: code, status: status)) }
            return (status, redirectTarget(status))
        }
        guard let body = exchange.body else { return try finish() }
        return try unsafe body.withUnsafeBytes { bytes in
            guard
                unsafe ccurl_set_body(set, handle, bytes.baseAddress ?? UnsafeRawPointer(reason), bytes.count)
                    == CURLE_OK
            else { throw failure(.connection("libcurl refused the body")) }
            return try finish()
        }
    }

    /// Runs the request that has been set up (`curl_easy_perform`); errors: what ended it from our side, and time.
    private func run(_ address: Address, deadline: ContinuousClock.Instant) throws -> CURLcode {
        func failure(_ kind: TransferError.Kind) -> TransferError {
            TransferError(url: Redaction.address(address.text), kind: kind)
        }
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { throw failure(.timedOut) }
        let milliseconds = min(left / .milliseconds(1), 2_000_000_000)
        bodyBytes = 0
        headerBytes = 0
        isEncoded = false
        stop = nil
        headers = [:]
        refusal = []
        unsafe reason.pointee = 0

        let set = unsafe functions.easy_setopt
        guard unsafe ccurl_set_string(set, handle, CURLOPT_URL, address.text) == CURLE_OK,
            unsafe ccurl_set_long(set, handle, CURLOPT_TIMEOUT_MS, max(1, Int(milliseconds))) == CURLE_OK,
            // What is said to this machine, logins included, does not go over a proxy of the environment.
            unsafe ccurl_set_string(set, handle, CURLOPT_PROXY, Self.isLoopback(address.host) ? "" : nil) == CURLE_OK
        else { throw failure(.connection("libcurl refused the address")) }
        let code = withoutBrokenPipeSignal { unsafe functions.easy_perform(handle) }

        switch stop {
        case .sink(let error): throw error
        case .tooLarge: throw failure(.tooLarge(limit: limits.maximumBytes))
        case .headersTooLarge: throw failure(.connection("the server's headers are too large"))
        case .uselessBody, nil: break
        }
        if isCancelled?() ?? false { throw CancellationError() }
        return code
    }

    /// Sets what this request says of who asks, and forgets what the one before said.
    private func tell(
        _ answer: Credentials.Answer?, _ headers: [(name: String, value: String)] = [],
        bodyDigest: String = AWSKey.emptyDigest
    ) -> Bool {
        var user: String?, password: String?, token: String?, scope: String?, headers = headers
        // The numbers of libcurl's CURLAUTH_BASIC, _BEARER and _AWS_SIGV4, whose macros Swift does not see.
        var kind = 1
        switch answer {
        case .login(let name, let word): (user, password) = (name, word)
        case .token(let text): (token, kind) = (text, 1 << 6)
        case .signature(let key):
            (user, password, scope, kind) = (key.id, key.secret, key.scope, 1 << 7)
            headers += key.headers(bodyDigest: bodyDigest)
        case nil: break
        }
        let set = unsafe functions.easy_setopt
        // An old libcurl does not know the option, and need not where nothing is signed.
        let isScoped =
            unsafe scope == nil && !isSigning
            || ccurl_set_string(set, handle, CURLOPT_AWS_SIGV4, scope) == CURLE_OK
        isSigning = scope != nil
        return unsafe isScoped && ccurl_set_string(set, handle, CURLOPT_USERNAME, user) == CURLE_OK
            && ccurl_set_string(set, handle, CURLOPT_PASSWORD, password) == CURLE_OK
            && ccurl_set_string(set, handle, CURLOPT_XOAUTH2_BEARER, token) == CURLE_OK
            && ccurl_set_long(set, handle, CURLOPT_HTTPAUTH, kind) == CURLE_OK
            // What is signed is what comes, and its tag is that of the file as it is.
            && (scope == nil || ccurl_set_string(set, handle, CURLOPT_ACCEPT_ENCODING, nil) == CURLE_OK)
            && send(headers)
    }

    /// Sets the headers of the next request in place of those of the last (`CURLOPT_HTTPHEADER`).
    private func send(_ headers: [(name: String, value: String)]) -> Bool {
        var list: UnsafeMutablePointer<curl_slist>?
        for (name, value) in headers {
            let line = "\(name):" + (value.isEmpty ? "" : " \(value)")
            let longer =
                line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) ? unsafe functions.slist_append(list, line) : nil
            guard let longer = unsafe longer else {
                unsafe functions.slist_free_all(list)
                return false
            }
            unsafe list = longer
        }
        let isSet = unsafe ccurl_set_headers(functions.easy_setopt, handle, list) == CURLE_OK
        unsafe functions.slist_free_all(sentHeaders)
        unsafe sentHeaders = list
        return isSet
    }

    /// Whether a status means that the body is what was asked for: 2xx, but not a part nobody asked for (206).
    private static func isWholeBody(_ status: Int) -> Bool {
        (200...299).contains(status) && status != 206
    }

    private func kind(of code: CURLcode, status: Int) -> TransferError.Kind {
        let reason = reason(of: code)
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return .timedOut
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS:
            return .certificate(reason)
        case CURLE_SSL_CONNECT_ERROR: return .handshake(reason)
        case CURLE_PARTIAL_FILE: return .interruptedBody(got: bodyBytes, expected: announcedBytes)
        case CURLE_RECV_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            return Self.isWholeBody(status)
                ? .interruptedBody(got: bodyBytes, expected: announcedBytes) : .connection(reason)
        default: return .connection(reason)
        }
    }

    /// What libcurl says went wrong, as it may stand in an error text.
    private func reason(of code: CURLcode) -> String {
        var text = unsafe String(cString: reason)
        if text.isEmpty, let general = unsafe functions.easy_strerror(code) { text = unsafe String(cString: general) }
        return Redaction.printable(text, limit: 250)
    }

    /// The last response's status; 0 before there is one (`CURLINFO_RESPONSE_CODE`).
    private var status: Int {
        var value = 0
        let code = unsafe ccurl_get_long(functions.easy_getinfo, handle, CURLINFO_RESPONSE_CODE, &value)
        return code == CURLE_OK ? value : 0
    }

    /// The body's announced size in bytes, nil when there is none (`CURLINFO_CONTENT_LENGTH_DOWNLOAD_T`).
    ///
    /// What is compressed on the way announces another size than it has.
    private var announcedBytes: Int? {
        if isEncoded { return nil }
        var value: curl_off_t = -1
        let code = unsafe ccurl_get_size(functions.easy_getinfo, handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &value)
        return code == CURLE_OK && value >= 0 ? Int(value) : nil
    }

    /// Where a redirect leads, made absolute by libcurl (`CURLINFO_REDIRECT_URL`).
    private func redirectTarget(_ status: Int) -> String? {
        guard [301, 302, 303, 307, 308].contains(status) else { return nil }
        var value: UnsafeMutablePointer<CChar>?
        guard unsafe ccurl_get_string(functions.easy_getinfo, handle, CURLINFO_REDIRECT_URL, &value) == CURLE_OK else {
            return nil
        }
        guard let target = unsafe value.map({ unsafe String(cString: $0) }) else { return nil }
        // libcurl puts the login of this request into an address that it has made absolute.
        let sent = headers["location"] ?? "", beginning = sent.prefix { !"/?#".contains($0) }
        if !sent.hasPrefix("//"), beginning.last != ":" { return Self.withoutLogin(target) }
        return target
    }

    /// An address without the user and the password in front of its host.
    private static func withoutLogin(_ address: String) -> String {
        guard let start = address.firstPlace(of: "://")?.upperBound else { return address }
        let authority = address[start...].prefix { !"/?#".contains($0) }
        guard let at = authority.lastIndex(of: "@") else { return address }
        return String(address[..<start] + address[address.index(after: at)...])
    }

    /// Whether a host is this machine, which no proxy reaches in this program's place.
    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost" || host == "[::1]"
            || parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Hands a callback's bytes to the transfer it belongs to; any other count than all of them makes libcurl stop.
    private static func receive(
        _ data: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
        _ take: (Transfer, RawSpan) -> Bool
    ) -> Int {
        guard let context = unsafe context else { return 0 }
        let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        let bytes = unsafe UnsafeRawBufferPointer(start: data, count: count)
        return take(transfer, unsafe bytes.bytes) ? count : 0
    }

    private func receive(header: RawSpan) -> Bool {
        headerBytes += header.byteCount
        take(headerLine: unsafe header.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) })
        guard headerBytes <= Self.maximumHeaderBytes else {
            stop = .headersTooLarge
            return false
        }
        return true
    }

    /// Keeps a header; a status line begins another answer.
    private func take(headerLine line: String) {
        if line.hasPrefix("HTTP/") { return headers = [:] }
        guard let colon = line.firstIndex(of: ":") else { return }
        let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        let name = line[..<colon].lowercased(), text = String(value.prefix { !$0.isNewline })
        // These two are lists, and servers send an item a line (RFC 9110, section 5.3).
        if let before = headers[name], name == "www-authenticate" || name == "link" {
            headers[name] = before + ", " + text
        } else {
            headers[name] = text
        }
        if name == "content-encoding" { isEncoded = true }
    }

    private func receive(body: RawSpan) -> Bool {
        let status = self.status
        guard takesEveryBody || Self.isWholeBody(status) else {
            bodyBytes += body.byteCount
            let room = min(body.byteCount, Self.maximumRefusalBytes - refusal.count)
            if room > 0 { refusal.append(contentsOf: unsafe body.withUnsafeBytes { unsafe Array($0.prefix(room)) }) }
            guard (300...399).contains(status), bodyBytes <= Self.maximumDiscardedBytes else {
                stop = .uselessBody
                return false
            }
            return true
        }
        let expected = announcedBytes
        let room = limits.maximumBytes - bodyBytes
        guard body.byteCount <= room, expected ?? 0 <= limits.maximumBytes else {
            stop = .tooLarge
            return false
        }
        bodyBytes += body.byteCount
        do {
            try sink?(body)
        } catch {
            stop = .sink(error)
            return false
        }
        progress?(bodyBytes, expected)
        return true
    }
}
