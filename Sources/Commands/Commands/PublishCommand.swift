internal import Arguments
internal import Basics
internal import Checking
internal import Contract
internal import Files
internal import Operations
internal import PluginRegistry

struct PublishCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish the signed module to a registry, after checking that it installs from there.",
        usage: "pdk publish [FILE] [REGISTRY] [OPTIONS]",
        discussion: """
            In a plugin's folder: pdk publish REGISTRY. To verify and publish a plugin that someone else built and signed:
              pdk publish guard-0.1.0.tar.gz REGISTRY
              pdk publish --wasm F --manifest M --sig S --public-key P REGISTRY
            """)

    @Argument(help: "A packed plugin to publish, instead of the plugin in the current folder.")
    var file: String?

    @Argument(
        help: "The registry: a folder, s3:// or oci:// address; created on first use. (default: the one in pdk config)")
    var registry: String?

    @Option(name: .long, help: "A vendor's module to publish, with --manifest and --sig.")
    var wasm: String?

    @Option(name: .long, help: "Its plugin.yaml, NAME.json or manifest.json.")
    var manifest: String?

    @Option(name: .long, help: "Its signature.")
    var sig: String?

    @Option(name: .long, help: "The vendor's public key. (default: trusted keys and your own)")
    var publicKey: String?

    @OptionGroup var publishing: PublishOptions
    @OptionGroup var buildCheck: BuildCheckOption
    @OptionGroup var key: KeyOption
    @OptionGroup var trust: TrustOption
    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        let parts = [wasm, manifest, sig]
        if parts.contains(where: { $0 != nil }), parts.contains(where: { $0?.isEmpty ?? true }) {
            throw ValidationError("Give --wasm, --manifest and --sig together.")
        }
        if wasm != nil, registry != nil {
            throw ValidationError("--wasm names what is published: give the registry and no other file.")
        }
        if trust.noTrustRoot, publicKey == nil, wasm != nil {
            throw ValidationError("Without a trust root, name the vendor's key with --public-key.")
        }
        if publicKey?.isEmpty ?? false { throw ValidationError("Give --public-key a file, not an empty text.") }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        var typed = registry, source: PublishRelease.Source?
        if let wasm, let manifest, let sig {
            typed = file
            source = .files(
                module: session.path(wasm), manifest: session.path(manifest), signature: session.path(sig))
        } else if let file {
            // One word names the registry, unless it is a packed plugin.
            let path = session.path(file)
            if registry != nil, try FileStatus.of(path, followingLinks: true)?.kind == .folder {
                throw ValidationError("\(path) is a folder: the packed plugin comes first, then the registry.")
            }
            let isPacked = try registry != nil || PublishRelease.isPacked(path)
            if isPacked { source = .packed(path) } else { typed = file }
        }
        guard source != nil || publicKey == nil else {
            throw ValidationError("--public-key is only for a release that someone else signed.")
        }
        let location = try publishing.location(typed, session, console)
        let context = publishing.context(session, console)
        var options = publishing.options(session)
        options.checksBuild = buildCheck.isOn
        let report: PublishPlugin.Report
        if let source {
            report = try await PublishRelease(
                source: source, location: location, publicKey: publicKey.map(session.path),
                trustRoot: publicKey == nil ? trust.load(session) : nil, options: options, in: context
            ).run()
        } else {
            report = try await PublishPlugin(
                project: session.project(), location: location, key: key.source(session), options: options,
                in: context
            ).run()
        }
        return Outcome(text: Self.text(report, session), json: Self.json(report), warnings: Self.warnings(report))
    }

    static func warnings(_ report: PublishPlugin.Report) -> [Text] {
        report.warnings.map { "[\($0.rule.id)] \($0.message)" } + report.notes.map { Text($0) }
    }

    static func text(_ report: PublishPlugin.Report, _ session: Session) -> [Text] {
        let subject = "\(report.name) v\(report.version)"
        if report.alreadyPublished {
            return ["\(subject) is already published with the same bytes; nothing to do"]
        }
        let details: [Text] = ["  sha256: \(report.digest)", "  signature: verified by '\(report.signer)'"]
        if report.isDryRun {
            return [
                "\("proved", .green) \(subject): it installs and verifies from the registry (dry run: nothing was published)"
            ]
                + details
        }
        if let staged = report.staged {
            return [
                "\("staged", .green) \(subject) -> \(session.shown(staged))",
                "  the registry is signed and you do not have its key: its maintainer publishes it with pdk registry sign",
            ] + details
        }
        let made: [Text] =
            report.isNewRegistry ? ["\("created", .green) a new registry: \(session.shown(report.indexPath))"] : []
        return made + ["\("published", .green) \(subject) -> \(session.shown(report.modulePath))"] + details
    }

    static func json(_ report: PublishPlugin.Report) -> JSONValue {
        .object([
            "name": .string(report.name), "version": .string(report.version),
            "sha256": .string(report.digest.description),
            "signer": .string(report.signer), "index": .string(report.indexPath), "module": .string(report.modulePath),
            "new_registry": .bool(report.isNewRegistry), "already_published": .bool(report.alreadyPublished),
            "dry_run": .bool(report.isDryRun), "warnings": .array(report.warnings.map(\.json)),
            "notes": .strings(report.notes), "staged": .string(orNull: report.staged),
        ])
    }
}
