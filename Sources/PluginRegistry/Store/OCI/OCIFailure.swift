internal import Basics
internal import Contract
internal import Transfers
internal import Trust

/// What an OCI registry's refusals mean, in words.
extension OCIClient {
    /// What a registry itself says of a refusal: the first of its errors.
    struct Refusal {
        let code: String
        let message: String
    }

    /// The first of the errors in a refusal (`{"errors": [{"code", "message"}]}`); nil for what is none.
    static func error(in body: [UInt8]) -> Refusal? {
        guard let root = try? JSONDocument(parsing: body, limits: JSONLimits(bytes: 64 << 10, depth: 32)).root,
            let first = root["errors"]?.elements.first
        else { return nil }
        func text(_ name: String, _ limit: Int) -> String {
            String((first[name]?.string ?? "").prefix(limit)).printable.redacted
        }
        return Refusal(code: text("code", 60), message: text("message", 200))
    }

    /// The refusal of a request, in words.
    func refusal(_ answer: Answer, _ request: OCIRequest) -> RegistryError {
        let said = Self.error(in: answer.body)
        var shown = "status \(answer.status)"
        if let said, !said.code.isEmpty { shown += " " + said.code }
        if let said, !said.message.isEmpty { shown += ": " + said.message }
        func error(
            _ reason: String, _ help: String?, _ kind: RegistryError.Kind = .storeRefused, commandHelp: String? = nil
        ) -> RegistryError {
            RegistryError(
                kind, "cannot \(request.action): \(reason) (\(shown))", help: help, commandHelp: commandHelp)
        }
        switch (answer.status, said?.code) {
        case (300...399, _):
            let target = answer.redirect.map { " to \(Self.shown($0))" } ?? ""
            return error(
                "it redirects\(target), and a redirect to another server is not followed",
                "if that is the registry, give its address yourself")
        case (400, _) where Self.wantsTLS(answer.body):
            return error(
                "the registry speaks https, not plain http", "leave Network.allowsPlainHTTP false",
                commandHelp: "leave out --plain-http")
        case (401, _):
            let (reason, help) = unauthorized(answer, request)
            return error(reason, help)
        case (403, _):
            let login = loginName(request)
            return error(
                login.map { "\($0) does not have permission" } ?? "the registry denies access without a login",
                login == nil ? "log in with: \(loginCommand)" : "ask the registry's maintainer for permission")
        case (404, "NAME_UNKNOWN"):
            return error("there is no such repository", "check the address", .artifactUnavailable)
        case (404, nil):
            return error(
                "the registry does not have it, or the server is not an OCI registry", "check the address",
                .artifactUnavailable)
        case (404, _): return error("the registry does not have it", "check the address", .artifactUnavailable)
        case (405, _), (501, _):
            return error("the registry does not support this request", "check the registry's settings")
        case (413, _): return error("it is too large for the registry", "raise the limit of the registry or its proxy")
        case (429, _):
            let seconds = Self.retryAfter(answer).map { "in \($0) seconds" } ?? "later"
            return error("too many requests", "try again \(seconds)")
        case (let status, _) where TransferError.mayPass(status):
            return error("the registry is overloaded or has an internal error", "try again later")
        default: return error("the registry refused it", nil)
        }
    }

    /// What a registry wants that asks for a login (401), and what to do.
    private func unauthorized(_ answer: Answer, _ request: OCIRequest) -> (reason: String, help: String) {
        guard let login = loginName(request), session.challenge != nil || network.token != nil else {
            return ("the registry requires a login", "log in with: \(loginCommand)")
        }
        let why = LoginChallenge.all(in: answer.headers["www-authenticate"] ?? "").first?.values["error"]
        if why == "insufficient_scope" || session.challenge?.scheme == "bearer" {
            return ("\(login) does not have permission", "ask the registry's maintainer for permission")
        }
        return ("the registry refused \(login)", "log in again: \(loginCommand)")
    }

    /// The error of a request that had no whole answer.
    func unreachable(_ error: TransferError, _ request: OCIRequest, _ kind: RegistryError.Kind) -> RegistryError {
        func failure(_ reason: String, _ help: String?, commandHelp: String? = nil) -> RegistryError {
            RegistryError(
                kind, "cannot \(request.action): \(reason)", help: help, commandHelp: commandHelp, underlying: error)
        }
        switch error.kind {
        case .handshake where error.isFromPlainServer:
            return failure(
                error.reason,
                "if it speaks plain http, and you trust the network in between, set Network.allowsPlainHTTP",
                commandHelp: "if it speaks plain http, and you trust the network in between, give --plain-http")
        case .tooLarge(let limit):
            return failure("it is larger than the limit of \(limit) bytes", nil)
        default: return failure(error.reason, error.help, commandHelp: error.commandHelp)
        }
    }

    /// Whether a server says that it was spoken to without TLS.
    private static func wantsTLS(_ body: [UInt8]) -> Bool {
        let text = String(decoding: body.prefix(1024), as: UTF8.self)
        return text.firstPlace(of: "HTTP request") != nil && text.firstPlace(of: "HTTPS") != nil
    }
}
