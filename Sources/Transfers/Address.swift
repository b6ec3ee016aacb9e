internal import CCurl

/// What libcurl itself makes of an address, so that what is checked is what is fetched (`curl_url_set`).
struct Address {
    /// The longest address: 8 KiB.
    static let maximumByteCount = 8 * 1024

    /// The address as given.
    let text: String
    /// Whether its scheme is https; otherwise it is http.
    let isSecure: Bool
    /// The host in lower case.
    let host: String
    /// The port, also where the address leaves it out.
    let port: String
    /// `scheme://host:port`.
    var origin: String { "\(isSecure ? "https" : "http")://\(host):\(port)" }

    /// Whether a redirect to this address leads to another server than `start`.
    func isElsewhere(than start: Address) -> Bool {
        let isUpgrade = isSecure && !start.isSecure && host == start.host && start.port == "80" && port == "443"
        return origin != start.origin && !isUpgrade
    }

    /// Parses an address and refuses all but plain http and https ones.
    init(_ text: String, library: CurlLibrary) throws(TransferError) {
        func failure(_ kind: TransferError.Kind) -> TransferError {
            TransferError(url: Redaction.address(text), kind: kind)
        }
        guard text.utf8.count <= Self.maximumByteCount else {
            throw failure(.invalidRequest("the address is too long"))
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw failure(.invalidRequest("the address contains a space or a control character"))
        }
        let functions = unsafe library.functions
        guard let handle = unsafe functions.url() else { throw failure(.connection("out of memory")) }
        defer { unsafe functions.url_cleanup(handle) }

        func part(_ part: CURLUPart, _ flags: Int = 0) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard unsafe functions.url_get(handle, part, &value, UInt32(flags)) == CURLUE_OK, let value = unsafe value
            else {
                return nil
            }
            defer { unsafe functions.free(value) }
            return unsafe String(cString: value)
        }
        guard unsafe functions.url_set(handle, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK
        else {
            throw failure(.invalidRequest("the address is malformed"))
        }
        switch part(CURLUPART_SCHEME)?.lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: throw failure(.unsupportedScheme)
        }
        guard part(CURLUPART_USER) == nil, part(CURLUPART_PASSWORD) == nil else { throw failure(.userInfo) }
        guard let host = part(CURLUPART_HOST), let port = part(CURLUPART_PORT, Int(CURLU_DEFAULT_PORT)) else {
            throw failure(.invalidRequest("the address names no host"))
        }
        self.host = host.lowercased()
        self.port = port
        self.text = text
    }
}
