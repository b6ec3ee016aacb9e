internal import Arguments
internal import Basics
internal import Operations
internal import PluginRegistry
internal import Trust

/// The options that choose a trust root, and say what is meant by none.
struct TrustOption: ParsableArguments, Sendable {
    @Option(
        name: .long,
        help:
            "The trust root: a folder of publishers' public keys (*.pub). (default: the one in pdk config, else ~/.config/pdk/trust)"
    )
    var trustRoot: String?

    @Flag(
        name: .long,
        help: "Check no plugin's signature, although you have a trust root; the index of a signed registry is checked.")
    var noTrustRoot = false

    @Flag(name: .long, help: "Fail if signatures would not be checked; PDK_REQUIRE_SIGNATURE=1 does the same.")
    var requireSignature = false

    func validate() throws {
        // An unset variable of a script must not make the current folder the trust root.
        if trustRoot?.isEmpty ?? false { throw ValidationError("Give --trust-root a folder, not an empty text.") }
        if trustRoot != nil, noTrustRoot {
            throw ValidationError("--trust-root and --no-trust-root exclude each other.")
        }
        if requireSignature, noTrustRoot {
            throw ValidationError("--require-signature and --no-trust-root exclude each other.")
        }
    }

    /// The trust root that was named, or else the user's own; nil where neither is there and that is all right.
    ///
    /// Where nobody can say whether the user has one, nothing is assumed. A broken one is an error in the words of the host.
    func load(_ session: Session) throws -> TrustRoot? {
        let root: TrustRoot?
        do { root = try find(session) } catch let error as RegistryError {
            guard error.kind == .trustRootInvalid else { throw error }
            throw Problem(
                error.kind.code, "signature verification failed: \(error.message)", help: error.commandHelp)
        }
        guard root != nil || !requires(session) else {
            throw Problem(
                .signatureRequired, "a signature is required, but there is no trust root to check it against",
                help: "give one with --trust-root DIR, or trust the publisher with: pdk trust add FILE --label NAME")
        }
        return root
    }

    private func find(_ session: Session) throws -> TrustRoot? {
        if let trustRoot { return try TrustRoot.load(folder: session.path(trustRoot), syntax: .yaml) }
        if noTrustRoot { return nil }
        guard session.keyStore != nil else { throw KeyStore.noTrustHome }
        return try session.ownTrustRoot()
    }

    /// Whether an unchecked signature is an error; any text but these says that it is.
    func requires(_ session: Session) -> Bool {
        requireSignature || !["", "0", "no", "false"].contains(session.variable("PDK_REQUIRE_SIGNATURE") ?? "")
    }
}

extension Session {
    /// The trust root of the configuration, or else the user's own; nil where there is none.
    func ownTrustRoot() throws -> TrustRoot? {
        guard let store = keyStore else { return nil }
        if let configured = try configuredTrustRoot() {
            return try TrustRoot.load(folder: configured, syntax: .yaml)
        }
        return try TrustRoot.loadDefault(folder: store.trustFolder, syntax: .yaml)
    }
}
