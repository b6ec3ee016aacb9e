internal import Basics
internal import Transfers
internal import Trust

/// Telling a registry who asks: over https or to this machine alone, and only when it wants to know.
extension OCIClient {
    /// Whether a secret may be sent to this registry as it is spoken to.
    private var isPrivate: Bool { origin().hasPrefix("https://") || OCINames.isLoopback(host) }

    /// What a request says of who asks; nil for nothing, as long as the registry has not asked.
    func authorization(_ request: OCIRequest, moreScopes: [String]) throws -> Credentials.Answer? {
        guard isPrivate else { return nil }
        if network.token != nil { return Credentials(token: network.token).answer(to: origin()) }
        guard let challenge = session.challenge else { return nil }
        let login = try login(request)
        if case .registryToken(let token) = login?.proof { return .token(token.text) }
        guard challenge.scheme == "bearer" else {
            guard case .password(let user, let password) = login?.proof else { return nil }
            return .login(user, password.text)
        }
        let scopes = request.scope.texts + moreScopes
        if let token = session.token(scopes) { return .token(token.secret.text) }
        let token = try fetchToken(challenge, scopes, login, request)
        session.keep(token, for: scopes)
        return .token(token.secret.text)
    }

    /// The login for what a request is about: of the files of docker and podman, else of the `.netrc`.
    private func login(_ request: OCIRequest) throws -> ContainerLogin? {
        let repository = request.scope.repository
        if let login = try session.login(repository, of: host, in: network.containerLogins) { return login }
        guard case .login(let user, let password) = Credentials(netrc: network.netrc).answer(to: origin()) else {
            return nil
        }
        return ContainerLogin(.password(user: user, .init(password)), source: ".netrc")
    }

    /// What error texts call the login that a request was made with; nil for none.
    func loginName(_ request: OCIRequest) -> String? {
        guard isPrivate else { return nil }
        if network.token != nil { return "the token in PDK_REGISTRY_TOKEN" }
        return (try? login(request))?.description
    }

    /// Takes a registry's request for a login; whether the request is worth another try.
    ///
    /// `moreScopes` gets what the registry wants beside what was asked for. Errors: `storeRefused` where nothing may be
    /// said, `invalidLogin` where the login cannot be read.
    func takeChallenge(_ answer: Answer, _ request: OCIRequest, _ moreScopes: inout [String]) throws -> Bool {
        func refused(_ reason: String, _ help: String, commandHelp: String? = nil) -> RegistryError {
            RegistryError(
                .storeRefused, "cannot \(request.action): \(reason)", help: help, commandHelp: commandHelp)
        }
        let all = LoginChallenge.all(in: answer.headers["www-authenticate"] ?? "")
        guard let first = all.first else { return false }
        guard
            let challenge = all.first(where: { $0.scheme == "bearer" && $0.values["realm"] != nil })
                ?? all.first(where: { $0.scheme == "basic" })
        else {
            throw refused(
                "the registry requires a login of a kind that pdk does not know (\(String(first.scheme.prefix(40)).printable))",
                "ask the registry's maintainer for Basic or Bearer logins")
        }
        guard isPrivate else {
            throw refused(
                "the registry requires a login, but logins are not sent over plain http to another machine",
                "set up https on the registry, and leave Network.allowsPlainHTTP false",
                commandHelp: "set up https on the registry, and leave out --plain-http")
        }
        guard network.token == nil else { return false }
        let scopes = request.scope.texts + moreScopes
        let had = session.token(scopes)
        session.keep(nil, for: scopes)
        session.challenge = challenge
        guard challenge.scheme == "bearer" else { return try login(request)?.canBePassword ?? false }
        let wanted = (challenge.values["scope"] ?? "").split(separator: " ").map(String.init)
        let more = wanted.filter { wish in !request.scope.covers(wish) && !moreScopes.contains(wish) }
        moreScopes += more.prefix(8)
        // With a fresh token that had these scopes, the answer stays the same.
        return had == nil || !more.isEmpty || challenge.values["error"] == "invalid_token"
    }
}

extension ContainerLogin {
    /// Whether it can be said to a registry itself.
    fileprivate var canBePassword: Bool {
        guard case .identityToken = proof else { return true }
        return false
    }
}
