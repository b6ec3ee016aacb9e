internal import Basics

/// One request with a method and a body of its own, and its answer, whatever the status: what writing to a server takes.
///
/// No redirect is followed: the answer says where one leads, and who asked decides. Nothing is tried again.
package struct Exchange: Sendable, Redacted {
    /// `GET`, `HEAD`, `PUT`, `POST`, `PATCH` or `DELETE`.
    package var method: String
    package var address: String
    /// Names and values; a line break in one is refused.
    package var headers: [(name: String, value: String)] = []
    /// The body; nil for none.
    package var body: [UInt8]?
    /// Who asks; it goes to this one server.
    package var authorization: Credentials.Answer?
    /// The SHA-256 of the body in hexadecimal digits, which a request that is signed has to say.
    package var bodyDigest = AWSKey.emptyDigest

    package init(_ method: String, _ address: String) {
        self.method = method
        self.address = address
    }

    /// What a server has answered.
    package struct Answer: Sendable {
        package let status: Int
        /// By name in lower case; of several of one name the last.
        package let headers: [String: String]
        package var body: [UInt8]
        /// Where a redirect leads.
        package let redirect: String?

        /// Whether the same request may be answered in a moment: the server is busy, or what stands behind it fails.
        ///
        /// An object store's or a registry's 500 says that, too.
        package var isBusy: Bool { status == 500 || TransferError.busyStatuses.contains(status) }
    }

    /// Does it; error: `TransferError` where there is no whole answer, or one longer than its limits allow.
    package func perform(_ settings: TransferSettings, isCancelled: (() -> Bool)? = nil) throws -> Answer {
        var bytes: [UInt8] = []
        var answer = try perform(settings, isCancelled, takingEveryBody: true) { bytes.append($0) }
        answer.body = bytes
        return answer
    }

    /// Does it, handing the body of success (2xx, but no part) to `sink` in pieces.
    ///
    /// The answer's body is the beginning of a refusal's, at most 4 KiB. Errors: as of `perform`, and the sink's own.
    package func stream(
        _ settings: TransferSettings, isCancelled: (() -> Bool)? = nil, into sink: (RawSpan) throws -> Void
    ) throws -> Answer {
        try perform(settings, isCancelled, takingEveryBody: false, sink)
    }

    private func perform(
        _ settings: TransferSettings, _ isCancelled: (() -> Bool)?, takingEveryBody: Bool,
        _ sink: (RawSpan) throws -> Void
    ) throws -> Answer {
        let library = try CurlLibrary.loaded(for: address)
        return try withoutActuallyEscaping(sink) { sink in
            let transfer = try Transfer(
                address, library: library, settings, progress: nil, isCancelled: isCancelled, sink: sink)
            defer { transfer.close() }
            let (status, redirect) = try transfer.exchange(
                self, try Address(address, library: library),
                deadline: ContinuousClock.now + .seconds(max(1, settings.limits.totalSeconds)),
                takingEveryBody: takingEveryBody)
            return Answer(
                status: status, headers: transfer.headers, body: transfer.refusal, redirect: redirect)
        }
    }
}
