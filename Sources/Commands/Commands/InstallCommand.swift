internal import Arguments
internal import Basics
internal import Contract
internal import Files
internal import PluginRegistry
internal import Trust

struct InstallCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Install a plugin into a host's plugins folder, verified.",
        discussion: "Without a version, the newest release. Sidecars are put in place first, the module last.")

    @Argument(help: "NAME or NAME@VERSION.")
    var plugin: String

    @Option(name: .long, help: "The registry: a folder, an index.json, or the address of either.")
    var registry: String

    @Option(name: .long, help: "The host's plugins folder.")
    var dest: String

    @Option(name: .long, help: "The exact version.")
    var version: String?

    @Flag(name: .long, help: "Take pre-releases too when no version is given.")
    var pre = false

    @OptionGroup var trust: TrustOption
    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        if dest.isEmpty { throw ValidationError("Give --dest a folder, not an empty text.") }
        if version != nil, plugin.contains("@") {
            throw ValidationError("Give the version once: NAME@VERSION or --version.")
        }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let parts = plugin.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let wanted = parts.count == 2 ? parts[1] : version
        let location = try session.registry(registry)
        let trustRoot = try trust.load(session)
        let registry = Registry(location, network: session.network(console))
        let entry = try find(parts[0], wanted, in: registry)
        let folder = try PluginsFolder(session.path(dest))
        let installed = try folder.blockingInstall(
            registry.blockingFetch(entry, into: folder, trust: Trust(trustRoot)))
        let signer = installed.signature.signer, warnings = installed.warnings
        return Outcome(
            text: [
                "\("installed", .green) \(installed.name) v\(installed.version) -> \(FilePaths.join(dest, installed.name + ".wasm"))",
                "  sha256: \(installed.sha256)",
                .signature(verifiedBy: signer?.label),
            ],
            json: .object([
                "name": .string(installed.name), "version": .string(installed.version),
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

    /// The entry that is to be installed; before a folder is made for it.
    private func find(_ name: String, _ version: String?, in registry: Registry) throws -> RegistryEntry {
        do {
            return try registry.blockingContents(of: name).find(name, version: version, includingPreReleases: pre)
        } catch {
            guard let error = error as? RegistryError, error.kind == .noPlugin else { throw error }
            throw Problem(
                error.code, error.message,
                help: "pdk list --registry \(registry.location.description.shellWord) shows what there is")
        }
    }
}
