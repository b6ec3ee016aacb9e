/// Downloads over http and https into a closure, in constant memory.
package enum Download {
    /// How a finished download went.
    package struct Response: Sendable, Hashable {
        /// The address the body came from, after redirects.
        package let finalURL: String
        /// The size of the body in bytes.
        package let bytes: Int
    }

    /// Fetches an address, giving the body to the sink as it comes; throws `TransferError`, or the sink's own error.
    ///
    /// Certificates and host names are verified, against `caFile` (PEM) alone when given; TLS is 1.2 or newer. Redirects
    /// are followed up to the limit, never from https to http. No cookies, no `.netrc`, no user names in addresses; libcurl
    /// honours the usual proxy variables of the environment.
    ///
    /// Only a 2xx answer's body reaches the sink, as sent (never decompressed). A body shorter than announced is an error,
    /// so the sink may have got bytes before one is thrown. `progress` gets the bytes so far and, when announced, the total.
    /// `isCancelled` is asked at least once a second; when it says so, `CancellationError` is thrown.
    package static func fetch(
        _ url: String, limits: TransferLimits, caFile: String? = nil, userAgent: String,
        progress: ((Int, Int?) -> Void)? = nil, isCancelled: (() -> Bool)? = nil, into sink: (RawSpan) throws -> Void
    ) throws -> Response {
        let library: CurlLibrary
        switch CurlLibrary.shared {
        case .success(let loaded): library = loaded
        case .failure(let missing):
            throw TransferError(
                url: Redaction.address(url), kind: .libraryMissing(Redaction.printable(missing.reason, limit: 200)))
        }
        return try withoutActuallyEscaping(sink) { sink in
            let transfer = try Transfer(
                url, library: library, limits: limits, caFile: caFile, userAgent: userAgent, progress: progress,
                isCancelled: isCancelled, sink: sink)
            defer { transfer.close() }
            return try follow(try Address(url, library: library), with: transfer, library: library, limits: limits)
        }
    }

    /// Fetches an address and what it redirects to; each step is one request, judged here and not by libcurl.
    private static func follow(
        _ start: Address, with transfer: Transfer, library: CurlLibrary, limits: TransferLimits
    ) throws -> Response {
        let deadline = ContinuousClock.now + .seconds(max(1, limits.totalSeconds))
        var address = start
        var redirects = 0
        while true {
            switch try transfer.perform(address, deadline: deadline) {
            case .body(let bytes):
                return Response(finalURL: address.text, bytes: bytes)
            case .redirect(let target):
                let place = Redaction.address(address.text)
                guard redirects < limits.maximumRedirects else {
                    throw TransferError(
                        url: Redaction.address(start.text), kind: .tooManyRedirects(limit: limits.maximumRedirects))
                }
                redirects += 1
                let refusal = TransferError(url: place, kind: .refusedRedirect(to: Redaction.address(target)))
                guard let next = try? Address(target, library: library) else { throw refusal }
                guard next.isSecure || !address.isSecure else { throw refusal }
                address = next
            }
        }
    }
}
