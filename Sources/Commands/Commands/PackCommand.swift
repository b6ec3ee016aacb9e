internal import Arguments
internal import Authoring
internal import Contract
internal import Files
internal import Operations
internal import Trust

struct PackCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "pack",
        abstract: "Pack the plugin into one .tar.gz: manifest, module and signature.",
        discussion: """
            In a plugin's folder, all options have defaults from plugin.yaml and dist/. Elsewhere, --wasm, --name, \
            --version and --out are required. With SOURCE_DATE_EPOCH set, the same input gives the same bytes.
            """)

    @Option(name: .long, help: "The module. (default: dist/NAME.wasm)")
    var wasm: String?

    @Option(name: .long, help: "The plugin's name.")
    var name: String?

    @Option(name: .long, help: "The plugin's version.")
    var version: String?

    @Option(name: .long, help: "What the plugin does.")
    var description: String?

    @Option(name: .long, help: "The licence.")
    var license: String?

    @Option(
        name: .long,
        help: "The hooks the plugin is called for, separated by commas. (default: the module's)")
    var hooks: String?

    @Option(name: .long, help: "The signature's file. (default: dist/NAME.sig, unless --wasm names another module)")
    var sig: String?

    @Option(name: .long, help: "Where to write it. (default: dist/NAME-VERSION.tar.gz)")
    var out: String?

    @OptionGroup var buildCheck: BuildCheckOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let (contents, output, project) = try subject(session)
        let own = wasm == nil ? project : nil
        var warnings = try own.map { try BuildState.require($0, isChecked: buildCheck.isOn) }?.map { Text($0) } ?? []
        let report = try PackPlugin(
            contents: contents, output: output, packedAt: session.timeOfMaking(),
            knownKeys: session.keyStore?.keysFolder, isModuleOwn: own != nil
        ).run()
        warnings += report.warnings.map { Text($0) }
        if contents.signaturePath == nil, let sidecar = try unusedSidecar(contents) {
            warnings.append("\(session.shown(sidecar)) was not used; to use it, give --sig")
        }
        return Outcome(
            text: [
                "\("packed", .green) \(report.name) v\(report.version) -> \(session.shown(report.path))",
                "  size: \(report.size) bytes",
                "  sha256 of the module: \(report.digest)",
                "  hooks: \(report.hooks.isEmpty ? "none" : report.hooks.joined(separator: ", "))",
                report.isSigned ? "  signature: included" : "  signature: none",
            ],
            json: .object([
                "name": .string(report.name), "version": .string(report.version), "packed": .string(report.path),
                "size": .int(report.size), "sha256": .string(report.digest.description),
                "hooks": .strings(report.hooks),
                "signed": .bool(report.isSigned), "packed_at": .string(report.packedAt),
                "warnings": .strings(report.warnings),
            ]),
            warnings: warnings)
    }

    /// What to pack and where to: from the options, and from the plugin's folder where this is the one of `--name`.
    private func subject(_ session: Session) throws -> (PackContents, String, PluginProject?) {
        var request = PackRequest()
        request.modulePath = wasm.map(session.path)
        request.signaturePath = sig.map(session.path)
        request.name = name
        request.version = version
        request.description = description
        request.license = license
        // No hook's name has a blank in it, so that one in place of a comma means the same.
        request.hooks = hooks.map { list in list.split { $0 == "," || $0 == " " }.map(String.init) }
        if try session.isInProject() {
            let project = try session.project()
            if name == nil || name == project.name.description {
                let contents = try request.contents(of: project)
                if let out { return (contents, session.path(out), project) }
                let folder = FilePaths.join(project.folder, "dist")
                try Folder.create(folder)
                return (contents, FilePaths.join(folder, contents.fileName), project)
            }
        }
        guard let out, let contents = try request.contents() else {
            let missing = [("--wasm", wasm), ("--name", name), ("--version", version), ("--out", out)]
                .filter { $0.1 == nil }.map(\.0)
            throw ValidationError(
                "missing \(missing.joined(separator: ", ")): outside of a plugin's folder there is no \(Manifest.fileName) to take it from"
            )
        }
        return (contents, session.path(out), nil)
    }

    /// The signature beside a module that was named, which is only taken when it is named, too.
    private func unusedSidecar(_ contents: PackContents) throws -> String? {
        let path = FilePaths.replacingExtension(of: contents.modulePath, with: ".sig")
        return try FileStatus.of(path, followingLinks: true) == nil ? nil : path
    }
}
