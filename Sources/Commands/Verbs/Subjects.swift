internal import ArgumentParser
internal import Files
internal import Glibc
internal import Operations
internal import PluginRegistry
internal import Synchronization

/// The option that chooses a private key.
struct KeyOption: ParsableArguments, Sendable {
    @Option(name: .long, help: "The private key: a label of pdk keygen, or a PEM file.")
    var key: String?

    /// Where the key comes from, in this order: the option, PDK_KEY_FILE, PDK_KEY_PEM, the key store.
    func source(_ session: Session) -> KeySource {
        session.forbidCoreDumps()
        return KeySource(
            requested: key, file: session.variable("PDK_KEY_FILE"), pem: session.variable("PDK_KEY_PEM"),
            store: session.keyStore,
            currentFolder: session.currentFolder,
            passphrase: { name in
                if let phrase = session.variable("PDK_KEY_PASSPHRASE") { return Array(phrase.utf8) }
                guard session.inputIsTerminal else { return nil }
                return try Passphrase.ask("Passphrase of \(name): ")
            })
    }
}

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

extension Session {
    /// The plugin whose folder this is, or is in.
    func project() throws -> PluginProject { try PluginProject.load(from: currentFolder) }

    /// How to fetch from the web, with progress on a terminal for what takes over a second.
    func network(_ console: Console) -> Network {
        let certificates = variable("CURL_CA_BUNDLE") ?? variable("SSL_CERT_FILE")
        guard errorIsTerminal, !console.settings.quiet, !console.settings.json else {
            return Network(certificateFile: certificates, userAgent: KitVersion.userAgent)
        }
        let start = ContinuousClock.now
        let last = Mutex(start)
        return Network(certificateFile: certificates, userAgent: KitVersion.userAgent) { got, whole in
            let now = ContinuousClock.now
            guard now - start > .seconds(1) else { return }
            let isDue = last.withLock { last in
                guard now - last > .milliseconds(200) || got == whole else { return false }
                last = now
                return true
            }
            guard isDue else { return }
            let of = whole.map { " of \($0 >> 10)" } ?? ""
            console.write("\r  \(got >> 10)\(of) KiB" + (got == whole ? "\n" : ""), to: 2)
        }
    }
}

extension Text {
    /// A warning where the module is older than its sources: what runs is then not what the author sees.
    static func stale(_ project: PluginProject) throws -> [Text] {
        guard let source = try project.sourceNewerThanModule() else { return [] }
        return ["\(source) has changed since dist/\(project.name).wasm was built; pdk build takes it in"]
    }
}

extension TrustRoot {
    /// What was checked of a signature, in the host's words.
    static func signatureLine(_ signer: String?) -> Text {
        signer.map { "  signature: verified by '\($0)'" } ?? "  signature: not checked (no trust root)"
    }
}
