internal import Glibc

/// Downloads over http and https into a closure, in constant memory.
package enum Download {
    /// How a finished download went.
    package struct Response: Sendable, Hashable {
        /// The address the body came from, after redirects.
        package let finalURL: String
        /// The size of the body in bytes.
        package let bytes: Int
        /// What the server calls this state of it, as it was sent; nil where it does not say (RFC 9110, section 8.8.3).
        package var entityTag: String?
        /// Whether it is what `unless` says, so that there was no body.
        package var isUnchanged = false
    }

    /// Fetches an address, giving the body to the sink as it comes; throws `TransferError`, or the sink's own error.
    ///
    /// Certificates and host names are verified, against those of the settings; TLS is 1.2 or newer. Redirects are
    /// followed up to the limit, never from https to http. No cookies, no user names in addresses; `credentials` go to the
    /// servers they are for. libcurl honours the usual proxy variables of the environment, but for this machine.
    ///
    /// Only a 2xx answer's body reaches the sink; a `Content-Encoding: gzip` is undone. A body shorter than announced
    /// is an error, so the sink may have got bytes before one is thrown. What fails before that, by a busy server (408,
    /// 429, 502, 503, 504), a reset or for time, is tried once more after a second, if there are two left. `progress`
    /// gets the bytes so far and, when announced, the total. `isCancelled` is asked at least once a second; when it
    /// says so, `CancellationError` is thrown. With `unless`, an entity tag, the server is asked for the body only if
    /// that is not its state any more (RFC 9110, section 13.1.2).
    package static func fetch(
        _ url: String, _ settings: TransferSettings, credentials: Credentials = Credentials(),
        unless tag: String? = nil, progress: ((Int, Int?) -> Void)? = nil, isCancelled: (() -> Bool)? = nil,
        into sink: (RawSpan) throws -> Void
    ) throws -> Response {
        let start = ContinuousClock.now, limits = settings.limits
        var isUntouched = true
        func attempt() throws -> Response {
            var left = settings
            left.limits.totalSeconds = max(1, limits.totalSeconds - Int((ContinuousClock.now - start) / .seconds(1)))
            return try fetchOnce(
                url, left, credentials: credentials, unless: tag, progress: progress, isCancelled: isCancelled
            ) { piece in
                isUntouched = false
                try sink(piece)
            }
        }
        do { return try attempt() } catch let error as TransferError
            where isUntouched && error.isPassing && ContinuousClock.now - start < .seconds(limits.totalSeconds - 2)
        {
            // Clients that a busy server refused do not all retry at once; cancelling ends the wait.
            for _ in 0..<Int.random(in: 7...13) where !(isCancelled?() ?? false) { usleep(100_000) }
            return try attempt()
        }
    }

    private static func fetchOnce(
        _ url: String, _ settings: TransferSettings, credentials: Credentials, unless tag: String?,
        progress: ((Int, Int?) -> Void)?, isCancelled: (() -> Bool)?, into sink: (RawSpan) throws -> Void
    ) throws -> Response {
        let library = try CurlLibrary.loaded(for: url)
        return try withoutActuallyEscaping(sink) { sink in
            let transfer = try Transfer(
                url, library: library, settings, progress: progress, isCancelled: isCancelled, sink: sink)
            defer { transfer.close() }
            transfer.unless = tag
            return try follow(
                try Address(url, library: library), with: transfer, library: library, limits: settings.limits,
                credentials: credentials)
        }
    }

    /// The server of an address, `scheme://host:port`; nil for what is no http or https address.
    package static func origin(of url: String) -> String? {
        guard case .success(let library) = CurlLibrary.shared else { return nil }
        return (try? Address(url, library: library))?.origin
    }

    /// Why an address cannot be fetched, in a few words; nil where nothing is wrong with it.
    package static func problem(of url: String) -> String? {
        guard case .success(let library) = CurlLibrary.shared else { return nil }
        do throws(TransferError) { _ = try Address(url, library: library) } catch { return error.reason }
        return nil
    }

    /// An address as it may stand in an error text: without user information, query and fragment.
    package static func shown(_ url: String) -> String { Redaction.address(url) }

    /// Fetches an address and what it redirects to; each step is one request, judged here and not by libcurl.
    private static func follow(
        _ start: Address, with transfer: Transfer, library: CurlLibrary, limits: TransferLimits,
        credentials: Credentials
    ) throws -> Response {
        let deadline = ContinuousClock.now + .seconds(max(1, limits.totalSeconds))
        var address = start
        var redirects = 0
        while true {
            let answer = credentials.answer(to: address, first: start)
            switch try transfer.perform(address, answering: answer, deadline: deadline) {
            case .body(let bytes):
                return Response(finalURL: address.text, bytes: bytes, entityTag: transfer.headers["etag"])
            case .unchanged:
                return Response(finalURL: address.text, bytes: 0, entityTag: transfer.unless, isUnchanged: true)
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
                if limits.staysOnServer, next.isElsewhere(than: start) { throw refusal }
                address = next
            }
        }
    }
}
