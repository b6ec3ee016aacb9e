internal import Basics
internal import Contract
internal import Ed25519
internal import Transfers
internal import Trust

/// Tokens of a registry's token server (distribution specification, "Token Authentication" and "OAuth2 Token Authentication").
extension OCIClient {
    /// The most bytes of a token server's answer: 256 KiB.
    private static let maximumTokenBytes = 256 << 10
    /// How long a token is used whose server does not say how long it lasts, in seconds.
    private static let usualSeconds = 60

    /// Gets a token for some scopes; without a login, as anybody gets it.
    ///
    /// The password goes to the server that the registry names, as with docker and podman: over https, or where both are
    /// this machine. No redirect is followed.
    func fetchToken(
        _ challenge: LoginChallenge, _ scopes: [String], _ login: ContainerLogin?, _ request: OCIRequest
    ) throws -> OCISession.Token {
        let realm = String((challenge.values["realm"] ?? "").prefix { $0 != "#" }), shown = Self.shown(realm)
        func failure(_ reason: String, _ help: String?) -> RegistryError {
            RegistryError(.storeRefused, "cannot \(request.action): \(reason)", help: help)
        }
        guard let server = Download.origin(of: realm), isTrustworthy(server) else {
            throw failure(
                "its token server is \(shown), but logins are sent only over https",
                "contact the registry's maintainer")
        }
        var exchange = Self.exchange(realm, challenge.values["service"], scopes, login)
        defer {
            if var form = exchange.body {
                exchange.body = nil
                SecretBytes.wipe(&form)
            }
        }
        var answer = try exchanged(exchange, shown, request)
        defer { SecretBytes.wipe(&answer.body) }
        guard (200...299).contains(answer.status) else {
            let (reason, help) = refusal(answer, of: shown, login)
            throw failure(reason, help)
        }
        guard let token = Self.token(in: answer.body) else {
            throw failure("the token server \(shown) returned no token", "contact the registry's maintainer")
        }
        return token
    }

    /// The request for a token: a form with an identity token, else a query, with the password where there is one.
    private static func exchange(
        _ realm: String, _ service: String?, _ scopes: [String], _ login: ContainerLogin?
    ) -> Exchange {
        let service = service.map { [("service", $0)] } ?? []
        if case .identityToken(let token) = login?.proof {
            var exchange = Exchange("POST", realm)
            exchange.headers = [("Content-Type", "application/x-www-form-urlencoded")]
            let form = [("grant_type", "refresh_token"), ("client_id", "pdk")] + service
            exchange.body = Array(
                query(form + [("scope", scopes.joined(separator: " ")), ("refresh_token", token.text)]).utf8)
            return exchange
        }
        var pairs = service + scopes.map { ("scope", $0) }
        var authorization: Credentials.Answer?
        if case .password(let user, let password) = login?.proof {
            pairs.append(("account", user))
            authorization = .login(user, password.text)
        }
        var exchange = Exchange("GET", realm + (realm.contains("?") ? "&" : "?") + query(pairs))
        exchange.authorization = authorization
        return exchange
    }

    /// Why there is no token, and what to do; an answer that repeats the login is not shown.
    private func refusal(_ answer: Answer, of shown: String, _ login: ContainerLogin?) -> (reason: String, help: String)
    {
        let said = Self.error(in: answer.body).map { " \($0.code): \($0.message)" } ?? ""
        let isRepeated = login.map { !$0.secret.isEmpty && said.firstPlace(of: $0.secret) != nil } ?? false
        let status = "status \(answer.status)" + (isRepeated ? "" : said)
        switch (answer.status, login) {
        case (400...403, let login?):
            return ("the token server \(shown) refused \(login) (\(status))", "log in again: \(loginCommand)")
        case (400...403, nil):
            return ("the registry requires a login (\(status) of \(shown))", "log in with: \(loginCommand)")
        case (300...399, _):
            return (
                "the token server \(shown) redirects, and a login is not sent on (\(status))",
                "contact the registry's maintainer"
            )
        case (404, .some), (405, .some):
            return (
                "there is no token server at \(shown), or not for this kind of login (\(status))",
                "log in again: \(loginCommand)"
            )
        default: return ("the token server \(shown) returned no token (\(status))", "try again later")
        }
    }

    /// What to type to log in.
    var loginCommand: String {
        let name = ContainerLogins.isDocker(host) ? "" : " \(host.printable.shellWord)"
        return "docker login\(name), or podman login\(name.isEmpty ? " docker.io" : name)"
    }

    /// Whether a login may go to a token server: over https, or from this machine to this machine.
    private func isTrustworthy(_ server: String) -> Bool {
        if server.hasPrefix("https://") { return true }
        return server.hasPrefix("http://") && OCINames.isLoopback(host)
            && OCINames.isLoopback(String(server.dropFirst("http://".count)))
    }

    /// One answer of a token server, which is asked three times while it is busy.
    private func exchanged(_ exchange: Exchange, _ shown: String, _ request: OCIRequest) throws -> Answer {
        let deadline = network.deadline
        for attempt in 1... {
            do {
                let answer = try exchange.perform(network.settings(maximumBytes: Self.maximumTokenBytes))
                guard attempt < 3, answer.isBusy else { return answer }
                let seconds = Self.retryAfter(answer) ?? 0
                guard seconds <= Self.maximumPause else { return answer }
                Pause.random(max(100, seconds * 1000)...max(300, seconds * 1250))
            } catch let error as TransferError {
                guard attempt < 3, error.isPassing, ContinuousClock.now < deadline else {
                    throw RegistryError(
                        .indexUnavailable, error,
                        "cannot \(request.action): no answer of the token server \(shown): \(error.reason)")
                }
                Pause.random(100...300)
            }
        }
        preconditionFailure("the loop ends with its last try")
    }

    /// The token of an answer: `token` or `access_token`, and `expires_in` seconds.
    private static func token(in body: [UInt8]) -> OCISession.Token? {
        guard let root = try? JSONDocument(parsing: body, limits: JSONLimits(bytes: maximumTokenBytes, depth: 16)).root,
            let text = [root["token"]?.string, root["access_token"]?.string].compactMap({ $0 }).first(where: {
                !$0.isEmpty
            }),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        let seconds = min(max(root["expires_in"]?.int ?? usualSeconds, 1), 86_400)
        // It has to last for the request that it is sent with.
        let used = max(seconds - 10, seconds / 2)
        return OCISession.Token(secret: .init(text), end: .now + .seconds(used))
    }
}
