internal import Basics

/// Why a download failed, and of what address.
package struct TransferError: Error, Hashable, CustomStringConvertible {
    /// The address, without user information, query and fragment, which may hold secrets.
    package let url: String
    /// What went wrong.
    package let kind: Kind
    /// The beginning of what a server said with its refusal, at most 4 KiB; nothing that may be shown as it is.
    package var refusal: [UInt8] = []

    package init(url: String, kind: Kind, refusal: [UInt8] = []) {
        self.url = url
        self.kind = kind
        self.refusal = refusal
    }

    /// What went wrong with a download.
    package enum Kind: Hashable, Sendable {
        /// The server has no such file (404 or 410).
        case notFound(Int)
        /// The server answered with another status than success.
        case status(Int)
        /// The body is larger than allowed.
        case tooLarge(limit: Int)
        /// Connecting, the whole download, or a pause in it took too long.
        case timedOut
        /// The server's certificate is not trusted or not for this host, with libcurl's reason.
        case certificate(String)
        /// No TLS connection came about, for another reason than the certificate, with libcurl's reason.
        case handshake(String)
        /// A redirect from https to http, to another scheme, or to an address with user information.
        case refusedRedirect(to: String)
        /// More redirects than allowed.
        case tooManyRedirects(limit: Int)
        /// The address is neither http nor https.
        case unsupportedScheme
        /// The address holds a user name or password.
        case userInfo
        /// The address or the user agent is malformed.
        case invalidRequest(String)
        /// The server could not be reached or does not speak http, with libcurl's reason.
        case connection(String)
        /// The body ended early; sizes in bytes.
        case interruptedBody(got: Int, expected: Int?)
        /// libcurl is not installed, with the loader's reason.
        case libraryMissing(String)
    }

    /// One lower-case sentence without a full stop, naming the address.
    package var description: String {
        switch kind {
        case .notFound(let status): "\(url) not found (status \(status))"
        case .status(let status): "cannot download \(url): the server answered with status \(status)"
        case .tooLarge(let limit): "cannot download \(url): larger than the limit of \(limit) bytes"
        case .timedOut: "cannot download \(url): timed out"
        case .certificate(let reason): "cannot download \(url): the server's certificate was refused: \(reason)"
        case .refusedRedirect(let target): "cannot download \(url): refused the redirect to \(target)"
        case .tooManyRedirects(let limit): "cannot download \(url): more than \(limit) redirects"
        case .unsupportedScheme: "cannot download \(url): only http and https are supported"
        case .userInfo: "cannot download \(url): user names and passwords in an address are not supported"
        case .invalidRequest(let reason): "cannot download \(url): \(reason)"
        case .connection(let reason): "cannot download \(url): \(reason)"
        case .handshake: "cannot download \(url): \(self.reason)"
        case .interruptedBody(let got, .some(let expected)):
            "the download of \(url) was interrupted after \(got) of \(expected) bytes"
        case .interruptedBody(let got, .none): "the download of \(url) was interrupted after \(got) bytes"
        case .libraryMissing(let reason): "cannot download \(url): libcurl could not be loaded: \(reason)"
        }
    }

    /// What went wrong, without the address, for requests that are no downloads.
    package var reason: String {
        switch kind {
        case .notFound(let status), .status(let status): "the server answered with status \(status)"
        case .tooLarge(let limit): "the answer is larger than \(limit) bytes"
        case .timedOut: "it took too long"
        case .certificate(let reason): "the server's certificate was refused: \(reason)"
        case .refusedRedirect(let target): "refused the redirect to \(target)"
        case .tooManyRedirects(let limit): "more than \(limit) redirects"
        case .unsupportedScheme: "only http and https are supported"
        case .userInfo: "user names and passwords in an address are not supported"
        case .handshake(let reason) where isFromPlainServer: "the server does not speak https (\(reason))"
        case .invalidRequest(let reason), .connection(let reason), .handshake(let reason): reason
        case .interruptedBody: "the answer was interrupted"
        case .libraryMissing(let reason): "libcurl could not be loaded: \(reason)"
        }
    }

    /// Whether no TLS connection came about because the server has answered in plain text.
    package var isFromPlainServer: Bool {
        guard case .handshake(let reason) = kind else { return false }
        return ["wrong version number", "packet length too long", "record layer failure", "unexpected TLS packet"]
            .contains { reason.firstPlace(of: $0) != nil }
    }

    /// Statuses of a server that is busy, gave up waiting, or has nothing behind it.
    ///
    /// RFC 9110, section 15; 429: RFC 6585. A 500 of a web server is not among them: it is a clear answer.
    static let busyStatuses = [408, 429, 502, 503, 504]

    /// Whether a server that answers with this status may answer otherwise later: it is busy, or fails itself.
    package static func mayPass(_ status: Int) -> Bool { status >= 500 || busyStatuses.contains(status) }

    /// Whether it may be gone in a moment: a busy server, a connection that broke, or time that ran out.
    package var isPassing: Bool {
        switch kind {
        case .status(let status): Self.busyStatuses.contains(status)
        case .timedOut, .interruptedBody: true
        case .connection(let reason), .handshake(let reason):
            ["reset", "Empty reply", "empty reply"].contains { reason.firstPlace(of: $0) != nil }
        default: false
        }
    }
}
