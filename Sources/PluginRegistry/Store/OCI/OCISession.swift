internal import Synchronization
internal import Trust

/// What is known of one registry after its first answers: how it is spoken to, what it wants to be told, and its tokens.
///
/// Nothing of it outlives the process.
final class OCISession: Sendable {
    private struct State {
        /// Whether it was found to speak plain http only, which is believed of this machine alone.
        var isPlain = false
        var hasAnswered = false
        /// How it wants to be told who asks; nil where it has not asked.
        var challenge: LoginChallenge?
        var tokens: [[String]: Token] = [:]
        /// What was found for each repository.
        var logins: [String: ContainerLogin?] = [:]
        var helperAnswers: ContainerLogins.HelperAnswers = [:]
    }

    /// A token for some scopes, and until when it is used.
    struct Token: Sendable {
        let secret: ContainerLogin.Secret
        let end: ContinuousClock.Instant
    }

    private let state = Mutex(State())

    var isPlain: Bool { state.withLock(\.isPlain) }

    /// Notes that the way it is spoken to is right.
    func answered() { state.withLock { $0.hasAnswered = true } }

    /// Turns to plain http; false where TLS has worked already, or plain http has not.
    func turnToPlain() -> Bool {
        state.withLock { state in
            guard !state.isPlain, !state.hasAnswered else { return false }
            state.isPlain = true
            return true
        }
    }

    /// How the registry wants to be told who asks.
    var challenge: LoginChallenge? {
        get { state.withLock(\.challenge) }
        set { state.withLock { $0.challenge = newValue } }
    }

    /// The token for these scopes that can still be used.
    func token(_ scopes: [String]) -> Token? {
        state.withLock { state in state.tokens[scopes].flatMap { $0.end > .now ? $0 : nil } }
    }

    func keep(_ token: Token?, for scopes: [String]) { state.withLock { $0.tokens[scopes] = token } }

    /// The login for a repository, which is looked up once.
    func login(_ repository: String, of host: String, in logins: ContainerLogins) throws -> ContainerLogin? {
        try state.withLock { state in
            if let known = state.logins[repository] { return known }
            let found = try logins.login(host: host, repository: repository, &state.helperAnswers)
            state.logins[repository] = .some(found)
            return found
        }
    }

}
