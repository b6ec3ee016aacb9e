internal import Arguments
internal import Basics
internal import Contract
internal import Operations
internal import Trust

struct KeygenCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "keygen", abstract: "Generate an Ed25519 key pair to sign releases with.",
        discussion: "The private key is encrypted if PDK_KEY_PASSPHRASE is set or --passphrase is given.")

    @Argument(help: "The key's label, which operators see.")
    var label: String = "default"

    @Flag(name: .long, help: "Ask for a passphrase to encrypt the private key with.")
    var passphrase = false

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        session.forbidCoreDumps()
        let report = try GenerateKey(
            label: label, store: session.knownKeyStore(), passphrase: chosenPassphrase(session)
        ).run()
        return Outcome(
            text: [
                "\("made", .green) the key '\(report.label)'",
                "  private: \(report.privatePath) (\(report.isEncrypted ? "encrypted" : "not encrypted"); keep it safe and secret)",
                "  public:  \(report.publicPath)",
                "  give operators the public file for their trust root: \(report.publicKey)",
            ],
            json: .object([
                "label": .string(report.label), "private": .string(report.privatePath),
                "public": .string(report.publicPath),
                "public_key": .string(report.publicKey), "encrypted": .bool(report.isEncrypted),
            ]))
    }

    private func chosenPassphrase(_ session: Session) throws -> [UInt8]? {
        if let phrase = try session.keyPassphrase() { return phrase }
        guard passphrase else { return nil }
        guard session.inputIsTerminal else {
            throw Problem(
                .noTerminal, "there is no terminal to ask for a passphrase on",
                help: "set PDK_KEY_PASSPHRASE instead")
        }
        return try Passphrase.askForNew("Passphrase for the key '\(label)'")
    }
}
