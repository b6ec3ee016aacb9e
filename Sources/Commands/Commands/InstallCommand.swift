internal import Arguments
internal import Basics
internal import Contract
internal import Files
internal import Operations
internal import PluginRegistry
internal import Trust

struct InstallCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Verify a plugin and install it into a host's plugins folder.",
        discussion: """
            Without a version, installs the newest release, but never a lower version than the installed one. The signature and manifest are put in place first, the module last; an install that fails or is killed changes nothing.

            pdk.lock in the folder records what is installed, its registry, and the wanted version range. NAME@^1.2, NAME@~1.2 and NAME@'>=1,<2' install the newest release within a range. Without a NAME, everything in pdk.lock is installed: the same versions and bytes.

            A packed plugin, such as guard-0.1.0.tar.gz, is unpacked: hosts ignore .tar.gz files in their plugins folder.
            """)

    @Argument(help: "NAME, NAME@VERSION, NAME@RANGE, or a packed plugin's file. (default: everything in pdk.lock)")
    var plugin: String?

    @OptionGroup var folder: DestOption

    @Option(name: .long, help: "The exact version, or a range.")
    var version: String?

    @Flag(name: .long, help: "Install exactly the version and bytes in pdk.lock, from the registry that it names.")
    var locked = false

    @Flag(name: .long, help: "Allow pre-releases when no version is given.")
    var pre = false

    @Flag(name: .long, help: "Allow a withdrawn version, if it is given exactly.")
    var yanked = false

    @Flag(name: .long, help: "Install the newest release even if a higher version is installed.")
    var downgrade = false

    @OptionGroup var acceptance: AcceptanceOptions

    @OptionGroup var registry: RegistryOption
    @OptionGroup var store: StoreOption
    @OptionGroup var trust: TrustOption
    @OptionGroup var globals: GlobalOptions

    /// Whether the argument names a packed plugin's file: no plugin's name holds a dot or a slash.
    private var isFile: Bool {
        guard let name = plugin?.prefix(while: { $0 != "@" }) else { return false }
        if name.hasSuffix(".tar.gz") || name.hasSuffix(".tgz") { return true }
        return registry.registry == nil && (name.contains("/") || name.contains("."))
    }

    /// Whether the lock says what is installed.
    private var isLocked: Bool { locked || plugin == nil }

    /// The argument's name, and the version behind it or in `--version`.
    private var request: (name: String, version: String?) {
        let parts = (plugin ?? "").split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        return (parts.first.map(String.init) ?? "", parts.count == 2 ? String(parts[1]) : version)
    }

    func validate() throws {
        if isFile {
            guard registry.registry == nil, version == nil, !locked else {
                throw ValidationError(
                    "A packed plugin's file holds one version: leave out --registry, --version and --locked.")
            }
            return
        }
        if plugin == nil, version != nil || pre || yanked {
            throw ValidationError(
                "Without a NAME, pdk.lock says the versions: leave out --version, --pre and --yanked.")
        }
        if version != nil, plugin?.contains("@") ?? false {
            throw ValidationError("Give the version once: NAME@VERSION or --version.")
        }
        if let version = request.version, VersionRange.isMeant(by: version) {
            guard VersionRange(version) != nil else {
                throw ValidationError(
                    "'\(version.printable)' is not a version range; write ^1.2, ~1.2, =1.2.3, 1.* or >=1,<2.")
            }
            if pre { throw ValidationError("A range takes pre-releases when it names one, as in ^1.2.0-rc.1.") }
        }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let trustRoot = Trust(try trust.load(session))
        let network = session.network(console, store, demanding: trustRoot), source = try source(session)
        let all = try Interruption.stopping(
            "the install was interrupted", help: "nothing was installed; run the same command again"
        ) { cancellation in
            try InstallPlugin(
                source, into: folder.path(session), options: options, trust: trustRoot,
                in: session.context(console, network.stopping(with: cancellation))
            ).run()
        }
        let warnings = all.flatMap(\.warnings).unique.map { Text($0) }
        if plugin != nil, let one = all.first { return Outcome(text: text(one), json: json(one), warnings: warnings) }
        return Outcome(
            text: all.isEmpty ? ["pdk.lock lists no plugins"] : all.flatMap(text),
            json: .object(["plugins": .array(all.map(json))]), warnings: warnings)
    }

    private func source(_ session: Session) throws -> InstallPlugin.Source {
        if isFile { return .packed(session.path(plugin ?? "")) }
        let (name, version) = request
        guard isLocked else {
            return .release(name: name, version: version, registry: try registry.location(session))
        }
        return .locked(
            name: plugin == nil ? nil : name, version: version, registry: try registry.registry.map(session.registry))
    }

    private var options: InstallOptions {
        var options = acceptance.installOptions
        options.includingPreReleases = pre
        options.includingWithdrawn = yanked
        options.allowsDowngrade = downgrade
        options.allowsUnverifiedUpdates = trust.noTrustRoot
        return options
    }

    private func text(_ installed: InstalledPlugin) -> [Text] {
        var change: [Text] = []
        if installed.isUnchanged {
            change = ["  unchanged: already installed"]
        } else if let previous = installed.previousVersion, previous != installed.version {
            change = ["  version: \(previous) -> \(installed.version)"]
        }
        let path = FilePaths.join(folder.dest, installed.name + ".wasm")
        let version = installed.version.isEmpty ? "?" : installed.version
        let isReplaced = installed.previousVersion != nil && !installed.isUnchanged
        return ["\("installed", .green) \(installed.name) v\(version) -> \(path)"] + change + [
            "  sha256: \(installed.sha256)", .signature(verifiedBy: installed.signature.signer?.label),
        ] + (isReplaced ? ["  restart the host; until then it uses the old version"] : [])
    }

    private func json(_ installed: InstalledPlugin) -> JSONValue {
        let signer = installed.signature.signer
        return .object([
            "name": .string(installed.name), "version": .string(installed.version),
            "previous_version": installed.previousVersion.map(JSONValue.string),
            "unchanged": .bool(installed.isUnchanged),
            "module": .string(installed.modulePath), "signature": installed.signaturePath.map(JSONValue.string),
            "manifest": installed.manifestPath.map(JSONValue.string), "sha256": .string(installed.sha256),
            "size": .int(installed.size), "signed": .bool(installed.isSigned),
            "verified": .bool(signer != nil), "signer": .string(orNull: signer?.label),
            "key_id": .string(orNull: signer?.keyID),
            "verified_by": .string(orNull: signer?.label),
            "warnings": .strings(installed.warnings),
        ])
    }
}
