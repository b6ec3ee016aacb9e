internal import Basics
internal import Ed25519
internal import Files
internal import Trust

/// Where the logins of OCI registries are: the files and credential helpers that docker and podman use.
///
/// They are read when a registry wants a login, and not before. What is found goes to that registry alone, or to the
/// token server that it names.
public struct ContainerLogins: Sendable, CustomStringConvertible, CustomReflectable {
    /// The files that are looked into, in this order; one that is not there is passed over.
    public var files: [String] = []
    /// The folders that credential helpers (`docker-credential-…`) are in, separated by colons, as in `PATH`.
    public var helperPath = ""
    /// The environment that credential helpers get.
    public var helperEnvironment: [String: String] = [:]

    /// No logins at all.
    public init() {}

    /// The files' paths, and nothing of what is in them.
    public var description: String { files.joined(separator: ", ") }
    /// A mirror without the environment of credential helpers.
    public var customMirror: Mirror { Mirror(self, children: ["files": files]) }

    /// Takes the files that docker and podman take (containers-auth.json(5)).
    ///
    /// `$REGISTRY_AUTH_FILE`, or else `${XDG_RUNTIME_DIR}/containers/auth.json`; `$XDG_CONFIG_HOME/containers/auth.json`;
    /// `$DOCKER_CONFIG/config.json`, or else `~/.docker/config.json`. One that a variable names comes before those.
    package init(environment: [String: String], home: String?, currentFolder: String) {
        func variable(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : FilePaths.join(currentFolder, $0) }
        }
        let named = variable("REGISTRY_AUTH_FILE")
        let docker = variable("DOCKER_CONFIG").map { FilePaths.join($0, "config.json") }
        let settings = variable("XDG_CONFIG_HOME") ?? home.map { FilePaths.join($0, ".config") }
        let runtime = named == nil ? variable("XDG_RUNTIME_DIR") : nil
        files = [
            named, docker, runtime.map { FilePaths.join($0, "containers/auth.json") },
            settings.map { FilePaths.join($0, "containers/auth.json") },
            docker == nil ? home.map { FilePaths.join($0, ".docker/config.json") } : nil,
        ].compactMap { $0 }
        helperPath = environment["PATH"] ?? ""
        // A helper has no business with keys for signing, nor with this kit's own token.
        helperEnvironment = environment.filter { !$0.key.hasPrefix("PDK_") }
    }

    /// The login for a repository of a host (`host` or `host:port`); nil where there is none.
    ///
    /// A helper is asked once, and `answers` remembers. Error: `invalidLogin`, for a file that cannot be read and a helper
    /// that fails.
    func login(host: String, repository: String, _ answers: inout HelperAnswers) throws(RegistryError)
        -> ContainerLogin?
    {
        for path in files {
            guard let file = try ContainerLoginFile(path) else { continue }
            if let helper = file.helpers[host] ?? (Self.isDocker(host) ? file.helpers[Self.dockerAddress] : nil) {
                return try ask(helper, host, "credHelpers of \(path)", &answers)
            }
            if let helper = file.store, let login = try ask(helper, host, "credsStore of \(path)", &answers) {
                return login
            }
            if let login = try file.login(host: host, repository: repository) { return login }
        }
        return nil
    }

    /// What credential helpers have said of one host.
    typealias HelperAnswers = [String: ContainerLogin?]

    private func ask(
        _ name: String, _ host: String, _ source: String, _ answers: inout HelperAnswers
    ) throws(RegistryError) -> ContainerLogin? {
        if let known = answers[name] { return known }
        let helper = CredentialProgram(
            name: name, source: source, searchPath: helperPath, environment: helperEnvironment)
        let login = try helper.login(Self.isDocker(host) ? Self.dockerAddress : host)
        answers[name] = .some(login)
        return login
    }

    /// What Docker's own registry is called in files and by helpers.
    static let dockerAddress = "https://index.docker.io/v1/"

    /// Whether a host is one of the names of Docker's own registry.
    static func isDocker(_ host: String) -> Bool {
        ["docker.io", "index.docker.io", "registry-1.docker.io"].contains(host)
    }
}

/// One login for one registry; nothing of its secret is ever shown.
struct ContainerLogin: Sendable, CustomStringConvertible {
    /// What proves who asks.
    enum Proof: Sendable {
        case password(user: String, Secret)
        /// What a token server gives access tokens for (OAuth 2 calls it a refresh token).
        case identityToken(Secret)
        /// A token for the registry itself.
        case registryToken(Secret)
    }

    let proof: Proof
    /// Where it was found.
    let source: String

    /// What error texts call it.
    var description: String {
        switch proof {
        case .password(let user, _): "the login of '\(user.printable)' (\(source.printable))"
        case .identityToken: "the identity token (\(source.printable))"
        case .registryToken: "the registry token (\(source.printable))"
        }
    }

    /// The secret's own text, for hiding it where a server repeats it.
    var secret: String {
        switch proof {
        case .password(_, let secret), .identityToken(let secret), .registryToken(let secret): secret.text
        }
    }

    /// A user's name and password; the name `<token>` says that the password is an identity token.
    init(user: String, secret: String, source: String) {
        proof = user == "<token>" ? .identityToken(Secret(secret)) : .password(user: user, Secret(secret))
        self.source = source
    }

    init(_ proof: Proof, source: String) {
        self.proof = proof
        self.source = source
    }

    /// A text that is wiped when nobody needs it any more, and is never printed.
    ///
    /// `@unchecked Sendable`: it is written in `init` and `deinit` alone.
    final class Secret: @unchecked Sendable, Redacted {
        private var bytes: [UInt8]
        init(_ text: String) { bytes = Array(text.utf8) }
        deinit { SecretBytes.wipe(&bytes) }
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }
}
