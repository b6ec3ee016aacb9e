internal import Basics
internal import Contract
internal import Ed25519
internal import Files
internal import Trust

/// A program that keeps logins, `docker-credential-NAME get`: it reads a server's name and answers with JSON.
///
/// The protocol is that of docker/docker-credential-helpers.
struct CredentialProgram {
    /// What follows `docker-credential-`.
    let name: String
    /// The setting that names it, for error texts.
    let source: String
    let searchPath: String
    let environment: [String: String]

    /// What a helper says, with exit status 1, when it knows no login for a server.
    private static let nothing = "credentials not found in native keychain"

    /// Its login for a server; nil where it has none.
    ///
    /// Error: `invalidLogin`.
    func login(_ server: String) throws(RegistryError) -> ContainerLogin? {
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "._-".utf8.contains(byte)
            }
        guard isName else { throw failure("its name may have only letters, digits, '.', '_' and '-'") }
        let program = "docker-credential-\(name)"
        guard let path = AskedProgram.find(program, in: searchPath) else {
            throw failure("\(program) is not in PATH")
        }
        var outcome: AskedProgram.Outcome
        do {
            outcome = try AskedProgram(path: path, arguments: ["get"], environment: environment)
                .run(input: Array(server.utf8))
        } catch {
            throw failure("\(error)")
        }
        defer { SecretBytes.wipe(&outcome.output) }
        guard outcome.isSuccess else {
            let said =
                String(decoding: outcome.output.prefix(200), as: UTF8.self)
                .split(separator: "\n").first.map(String.init) ?? ""
            if said.hasPrefix(Self.nothing) { return nil }
            throw failure("\(program) failed" + (said.isEmpty ? "" : ": \(said.printable.redacted)"))
        }
        guard let root = try? JSONDocument(parsing: outcome.output, limits: JSONLimits(depth: 8)).root,
            let user = root["Username"]?.string, let secret = root["Secret"]?.string
        else { throw failure("\(program) did not answer with a Username and a Secret in JSON") }
        guard !secret.isEmpty else { return nil }
        return ContainerLogin(user: user, secret: secret, source: program)
    }

    private func failure(_ reason: String) -> RegistryError {
        RegistryError(
            .invalidLogin, "cannot ask the credential helper '\(name.printable)' (\(source.printable)): \(reason)",
            help: "install or correct the helper, or name a file with the login in REGISTRY_AUTH_FILE")
    }
}
