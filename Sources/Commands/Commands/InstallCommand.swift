internal import Arguments
internal import Contract
internal import Files
internal import PluginRegistry

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
        let registry = try Registry.load(location, only: parts[0], network: session.network(console))
        let installed = try registry.install(
            parts[0], version: wanted, includingPreReleases: pre, into: session.path(dest), trustRoot: trustRoot)
        var warnings = (trustRoot?.warnings ?? []) + installed.warnings
        if trustRoot == nil, registry.location.description.lowercased().hasPrefix("http://") {
            warnings.append(
                "\(registry.location) was read over plain http and no signature was checked: anybody on the way could have changed it"
            )
        }
        if !installed.isSigned { warnings.append("\(installed.name) v\(installed.version) is unsigned") }
        if let reason = installed.yanked {
            let why = reason.isEmpty ? "" : ": \(reason)"
            warnings.append("\(installed.name) v\(installed.version) was withdrawn by its publisher\(why)")
        }
        return Outcome(
            text: [
                "\("installed", .green) \(installed.name) v\(installed.version) -> \(FilePaths.join(dest, installed.name + ".wasm"))",
                "  sha256: \(installed.sha256)",
                .signature(verifiedBy: installed.signer),
            ],
            json: .object([
                "name": .string(installed.name), "version": .string(installed.version),
                "module": .string(installed.modulePath), "signature": installed.signaturePath.map(JSONValue.string),
                "manifest": installed.manifestPath.map(JSONValue.string), "sha256": .string(installed.sha256),
                "size": .int(installed.size), "signed": .bool(installed.isSigned),
                "verified_by": installed.signer.map(JSONValue.string) ?? .null,
                "warnings": .strings(warnings),
            ]),
            warnings: warnings.map { Text($0) })
    }
}
