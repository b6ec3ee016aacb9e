import Transfers

/// What a fetch gave: the response, every byte that reached the sink, and the progress reported.
struct Fetched {
    var body: [UInt8] = []
    var pieces = 0
    var progress: [[Int?]] = []
    var response: Download.Response?
    var error: (any Error)?

    /// The kind of the transfer error, when it was one.
    var kind: TransferError.Kind? { (error as? TransferError)?.kind }
}

/// Limits short enough that a test of a stalled server takes a second or two.
let shortLimits = TransferLimits(maximumBytes: 1_000_000, connectSeconds: 5, totalSeconds: 15, stallSeconds: 1)

/// Fetches into memory and keeps what happened, error or not.
func fetch(
    _ url: String, limits: TransferLimits = shortLimits, caFile: String? = nil, credentials: Credentials = Credentials()
) -> Fetched {
    var fetched = Fetched()
    var progress: [[Int?]] = []
    do {
        fetched.response = try Download.fetch(
            url, TransferSettings(limits: limits, certificates: Certificates(file: caFile), userAgent: "pdk-tests/1"),
            credentials: credentials, progress: { progress.append([$0, $1]) }
        ) { bytes in
            unsafe bytes.withUnsafeBytes { unsafe fetched.body.append(contentsOf: $0) }
            fetched.pieces += 1
        }
    } catch {
        fetched.error = error
    }
    fetched.progress = progress
    return fetched
}

/// A whole http answer with the length it has.
func answer(_ status: String, _ body: String = "", headers: [String] = []) -> (
    bytes: String, ending: LoopbackServer.Ending
) {
    let head = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers
    return (head.joined(separator: "\r\n") + "\r\n\r\n" + body, .close)
}

/// A redirect to an address.
func redirect(to target: String, _ status: String = "302 Found") -> (bytes: String, ending: LoopbackServer.Ending) {
    answer(status, "elsewhere", headers: ["Location: \(target)"])
}
