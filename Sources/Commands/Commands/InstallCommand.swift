internal import Arguments
internal import Basics
internal import Contract
internal import Files
internal import PluginRegistry
internal import Trust

struct InstallCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Install a plugin into a host's plugins folder, verified.",
        discussion: """
            Without a version, the newest release, and never a lower version than the installed one. Sidecars are put in place first, the module last; an install that fails or is killed leaves what was there.

            A packed plugin, such as guard-0.1.0.tar.gz, is unpacked: the host takes no .tar.gz from its folder.
            """)

    @Argument(help: "NAME, NAME@VERSION, or a packed plugin's file.")
    var plugin: String

    @Option(name: .long, help: "The host's plugins folder.")
    var dest: String

    @Option(name: .long, help: "The exact version.")
    var version: String?

    @Flag(name: .long, help: "Take pre-releases too when no version is given.")
    var pre = false

    @Flag(name: .long, help: "Take a withdrawn version, named exactly.")
    var yanked = false

    @Flag(name: .long, help: "Go to the newest release even when a higher version is installed.")
    var downgrade = false

    @Flag(name: .long, help: "Take signed modules that the index of a web registry has on other servers.")
    var allowOtherOrigins = false

    @OptionGroup var registry: RegistryOption
    @OptionGroup var trust: TrustOption
    @OptionGroup var globals: GlobalOptions

    /// Whether the argument names a packed plugin's file: no plugin's name holds a dot or a slash.
    private var isFile: Bool {
        let name = plugin.prefix { $0 != "@" }
        return name.contains("/") || name.contains(".")
    }

    func validate() throws {
        if dest.isEmpty { throw ValidationError("Give --dest a folder, not an empty text.") }
        if isFile {
            guard registry.registry == nil, version == nil else {
                throw ValidationError("A packed plugin's file holds one version: leave out --registry and --version.")
            }
            return
        }
        if version != nil, plugin.contains("@") {
            throw ValidationError("Give the version once: NAME@VERSION or --version.")
        }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let trustRoot = Trust(try trust.load(session))
        let notice: @Sendable (String) -> Void = { console.note(Text($0)) }
        let installed =
            try isFile
            ? PluginsFolder(session.path(dest), notice: notice).blockingInstall(
                PackedPlugin.blockingRead(session.path(plugin)).check(trust: trustRoot))
            : installFromRegistry(session, console, trustRoot, notice)
        let signer = installed.signature.signer
        let warnings = (isFile ? trustRoot.warnings : []) + installed.warnings
        var change: [Text] = []
        if installed.isUnchanged {
            change = ["  unchanged: it was installed already"]
        } else if let previous = installed.previousVersion, previous != installed.version {
            change = ["  version: \(previous) -> \(installed.version)"]
        }
        let path = FilePaths.join(dest, installed.name + ".wasm")
        return Outcome(
            text: ["\("installed", .green) \(installed.name) v\(installed.version) -> \(path)"] + change + [
                "  sha256: \(installed.sha256)",
                .signature(verifiedBy: signer?.label),
            ],
            json: .object([
                "name": .string(installed.name), "version": .string(installed.version),
                "previous_version": installed.previousVersion.map(JSONValue.string),
                "unchanged": .bool(installed.isUnchanged),
                "module": .string(installed.modulePath), "signature": installed.signaturePath.map(JSONValue.string),
                "manifest": installed.manifestPath.map(JSONValue.string), "sha256": .string(installed.sha256),
                "size": .int(installed.size), "signed": .bool(installed.isSigned),
                "verified": .bool(signer != nil), "signer": signer.map { .string($0.label) } ?? .null,
                "key_id": signer.map { .string($0.keyID) } ?? .null,
                "verified_by": signer.map { .string($0.label) } ?? .null,
                "warnings": .strings(warnings),
            ]),
            warnings: warnings.map { Text($0) })
    }

    private func installFromRegistry(
        _ session: Session, _ console: Console, _ trust: Trust, _ notice: @escaping @Sendable (String) -> Void
    ) throws -> InstalledPlugin {
        let parts = plugin.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var options = InstallOptions()
        options.version = parts.count == 2 ? parts[1] : version
        options.includingPreReleases = pre
        options.includingWithdrawn = yanked
        options.allowsDowngrade = downgrade
        options.allowsOtherOrigins = allowOtherOrigins
        let registry = Registry(try registry.location(session), network: session.network(console))
        let contents = try registry.blockingContents(of: parts[0])
        // Before a folder is made for it.
        let entry = try find(parts[0], options, in: contents)
        return try registry.blockingInstall(
            entry, of: contents, options, into: PluginsFolder(session.path(dest), notice: notice), trust: trust)
    }

    private func find(
        _ name: String, _ options: InstallOptions, in contents: RegistryContents
    ) throws -> RegistryEntry {
        do {
            return try contents.find(name, options)
        } catch {
            guard error.kind == .noPlugin else { throw error }
            throw Problem(
                error.code, error.message,
                help: "pdk list --registry \(contents.location.description.shellWord) shows what there is")
        }
    }
}
