package import Authoring
internal import Basics
package import Checking
internal import Contract
internal import Ed25519
internal import Files
package import PluginRegistry
internal import Running
package import Trust
internal import WebAssembly

/// `pdk check`: every rule that stands between a plugin and a release.
package struct CheckPlugin {
    package let project: PluginProject
    /// The registry it is to be published in; nil when none is named.
    package let registry: RegistryContents?
    package let key: KeySource
    package let extent: Extent
    /// The bytes that are to be published; nil to read the built module.
    package let module: [UInt8]?
    /// What it works in.
    package let context: Context

    /// How far it goes.
    package enum Extent: Sendable {
        /// Manifest, module and cases: what is there before it is signed.
        case plugin
        /// The signature and what is published, too.
        case release
        /// And then the plugin is published in a scratch registry, installed from it and verified.
        case roundTrip
    }

    package init(
        project: PluginProject, registry: RegistryContents?, key: KeySource, extent: Extent,
        module: [UInt8]? = nil, in context: Context
    ) {
        self.project = project
        self.registry = registry
        self.key = key
        self.extent = extent
        self.module = module
        self.context = context
    }

    /// What was found.
    package struct Report: Sendable {
        package let name: String
        package let version: String
        /// In the order of the rules' groups: manifest, module, release.
        package let findings: [Finding]
        /// How many findings keep the plugin from being published.
        package var errorCount: Int { findings.count(where: \.isError) }
        /// How many findings are only to be known.
        package var warningCount: Int { findings.count { $0.severity == .warning && $0.suppressedBecause == nil } }
        /// How many findings the author has suppressed.
        package var suppressedCount: Int { findings.count { $0.suppressedBecause != nil } }
    }

    /// Applies every rule.
    package func run() async throws -> Report {
        var findings = ManifestReading(
            manifest: project.manifest, text: project.manifestText, file: project.manifestPath
        ).findings()
        let cases = readCases(&findings)
        let module = try readModule(&findings)
        if let module, let parsed = parse(module, &findings) {
            let file = project.modulePath
            let interface = ModuleInterface(manifest: project.manifest, module: parsed, file: file).findings()
            findings += interface
            // What is not linked as the host wants cannot run; the interface rules say why.
            // Where an author has suppressed that, the engine says it again, with a rule that cannot be suppressed.
            let isLinked = !interface.map(suppressed).contains {
                [UnknownImport.rule, WrongImportType.rule].contains($0.rule) && $0.suppressedBecause == nil
            }
            if isLinked {
                findings += ModuleTrials(
                    manifest: project.manifest, bytes: module, parsed: parsed, file: file, source: context.engine,
                    cases: cases
                ).findings()
            }
        }
        let observer = ReleaseObserver(check: self, module: module)
        if extent != .plugin { findings += try observer.state().findings() }
        findings = findings.map(suppressed)
        // An error that the author has suppressed does not stand in the way of a publish, nor of the trial of one.
        if let module, extent == .roundTrip, !findings.contains(where: \.isError) {
            findings += observer.roundTrip(module).findings()
        }
        return Report(name: project.name.description, version: project.version, findings: findings)
    }

    /// The plugin's cases, each of which gives its hook what the host sends, or says why not.
    private func readCases(_ findings: inout [Finding]) -> [PlacedCase] {
        var reading = CaseReading(folder: FilePaths.join(project.folder, "cases"))
        var cases: [PlacedCase] = []
        do {
            cases = try CaseFiles.read(of: project)
            for item in cases { reading.add(item, in: project.folder) }
        } catch {
            let problem = error as? any Diagnostic
            reading.failure = (problem?.message ?? "\(error)", problem?.commandHelp)
        }
        findings += reading.findings()
        return cases
    }

    private func readModule(_ findings: inout [Finding]) throws -> [UInt8]? {
        if let module { return module }
        guard try FileStatus.of(project.modulePath, followingLinks: true) != nil else {
            findings += BuiltModule(file: project.modulePath, state: .absent).findings()
            return nil
        }
        return try WholeFiles.read(project.modulePath, limit: KitLimits.moduleBytes)
    }

    private func parse(_ bytes: [UInt8], _ findings: inout [Finding]) -> WebAssemblyModule? {
        do { return try WebAssemblyModule(reading: bytes) } catch {
            findings += BuiltModule(file: project.modulePath, state: .malformed(Self.reason(error))).findings()
            return nil
        }
    }

    /// Why a module cannot be loaded; one that is valid elsewhere is no broken build.
    private static func reason(_ error: WebAssemblyError) -> String {
        error.kind == .notAccepted ? "\(error); \(error.help)" : "\(error)"
    }

    private func suppressed(_ finding: Finding) -> Finding {
        guard finding.rule.canBeSuppressed,
            let suppression = project.manifest.suppressions.first(where: { $0.rule.uppercased() == finding.rule.id }),
            !suppression.reason.isEmpty
        else { return finding }
        var finding = finding
        finding.suppressedBecause = suppression.reason
        return finding
    }
}
