internal import Basics
internal import Contract
internal import Files
internal import Transfers
internal import Trust

/// A request to an OCI registry and what error texts say of it.
struct OCIRequest {
    let method: String
    /// The path with its query.
    let path: String
    var headers: [(String, String)] = []
    var body: [UInt8]?
    let scope: OCIScope
    /// What it is about, with the repository.
    let what: String
    /// Whether it reads a blob.
    var isBlob = false
    /// Whether it may be made again when nobody knows whether it has arrived.
    var isRepeatable = true

    /// What was tried.
    var action: String {
        let word = ["GET": "read", "HEAD": "look at", "DELETE": "remove"][method] ?? "write"
        return "\(word) \(what.printable)"
    }
}

extension OCIClient {
    /// How often a request is made that the registry was too busy for.
    private static let tries = 5
    /// The longest pause that a registry can ask for, in seconds; who asks for more is not waited for.
    static let maximumPause = 30
    private static let maximumRedirects = 5

    /// Makes a request until it is answered, and returns the answer, whatever its status.
    func perform(_ request: OCIRequest, maximumBytes: Int) throws -> Answer {
        var body: [UInt8] = []
        var answer = try perform(request, maximumBytes: maximumBytes, into: { body.append($0) })
        if (200...299).contains(answer.status) { answer.body = body }
        return answer
    }

    /// The same, handing the body of success to `sink`; the answer's own body is the beginning of a refusal.
    func perform(
        _ request: OCIRequest, maximumBytes: Int, into sink: (RawSpan) throws -> Void
    ) throws -> Answer {
        var path = request.path, attempt = 1, redirects = 0, isUntouched = true, moreScopes: [String] = [], asked = 0
        let settings = network.settings(maximumBytes: maximumBytes, redirects: 0)
        let deadline = network.deadline
        while true {
            let origin = origin()
            var wait = 100 << attempt
            do {
                var exchange = exchange(request, origin, path)
                exchange.authorization = try authorization(request, moreScopes: moreScopes)
                let answer = try exchange.stream(settings, isCancelled: network.isCancelled) { piece in
                    isUntouched = false
                    try sink(piece)
                }
                session.answered()
                if answer.status == 401, asked < 2, try takeChallenge(answer, request, &moreScopes) {
                    asked += 1
                    continue
                }
                if let target = answer.redirect, ["GET", "HEAD"].contains(request.method),
                    redirects < Self.maximumRedirects, let next = pathOnHost(target)
                {
                    redirects += 1
                    path = next
                    continue
                }
                guard attempt < Self.tries, answer.isBusy,
                    request.isRepeatable || [429, 503].contains(answer.status)
                else { return answer }
                if let seconds = Self.retryAfter(answer) {
                    guard seconds <= Self.maximumPause else { return answer }
                    wait = max(wait, seconds * 1000)
                }
            } catch let error as TransferError {
                if case .handshake = error.kind, OCINames.isLoopback(host), !isPlain, session.turnToPlain() { continue }
                guard attempt < Self.tries, error.isPassing, request.isRepeatable, isUntouched,
                    ContinuousClock.now < deadline
                else {
                    throw unreachable(error, request, request.isBlob ? .artifactUnavailable : .indexUnavailable)
                }
            }
            attempt += 1
            Pause.random(wait * 3 / 4...wait * 5 / 4, isCancelled: network.isCancelled)
            try network.cancellation?.check()
        }
    }

    private func exchange(_ request: OCIRequest, _ origin: String, _ path: String) -> Exchange {
        var exchange = Exchange(request.method, origin + path)
        exchange.headers = request.headers.map { (name: $0.0, value: $0.1) }
        exchange.body = request.body
        return exchange
    }

    /// The seconds that a registry asks to wait (RFC 9110, section 10.2.3); nil for none, and for a date.
    static func retryAfter(_ answer: Answer) -> Int? {
        answer.headers["retry-after"].flatMap { Int($0.prefix(9)) }.flatMap { $0 < 0 ? nil : $0 }
    }
}
