internal import Arguments
internal import Operations
internal import Trust

/// The option that chooses a private key.
struct KeyOption: ParsableArguments, Sendable {
    @Option(name: .long, help: "The private key: a label (see pdk key list) or a file.")
    var key: String?

    /// Where the key comes from, in this order: the option, PDK_KEY_FILE, PDK_KEY_PEM, the key store.
    func source(_ session: Session) -> KeySource {
        session.forbidCoreDumps()
        return KeySource(
            requested: key, file: session.environment["PDK_KEY_FILE"], pem: session.environment["PDK_KEY_PEM"],
            store: session.keyStore,
            currentFolder: session.currentFolder,
            configuredLabel: { try session.keyStore?.configuredLabel() },
            passphrase: session.passphrase)
    }
}
