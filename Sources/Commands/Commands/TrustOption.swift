internal import Arguments
internal import Operations
internal import PluginRegistry
internal import Trust

/// The option that chooses a trust root.
struct TrustOption: ParsableArguments, Sendable {
    @Option(
        name: .long,
        help: "The folder of publishers' public keys (*.pub); by default your own trust root, if you have one.")
    var trustRoot: String?

    func validate() throws {
        // An unset variable of a script must not make the current folder the trust root.
        if trustRoot?.isEmpty ?? false { throw ValidationError("Give --trust-root a folder, not an empty text.") }
    }

    /// The trust root that was named, or else the user's own where it holds a key.
    func load(_ session: Session) throws -> TrustRoot? {
        if let trustRoot { return try TrustRoot.load(folder: session.path(trustRoot)) }
        // Without HOME there is no default trust root, which is said as `not checked`.
        guard let store = session.keyStore else { return nil }
        return try TrustRoot.loadIfAny(folder: store.trustFolder, isRequired: false)
    }
}
