package import Authoring
package import Checking
internal import Contract
internal import Ed25519
internal import Files
package import PluginRegistry
package import Running
package import Trust
internal import WebAssembly

/// `pdk check`: every rule that stands between a plugin and a release.
package struct CheckPlugin {
    package let project: PluginProject
    /// The registry it is to be published in; nil when none is named.
    package let registry: Registry?
    package let key: KeySource
    /// The time that a scratch release bears, in seconds since 1970.
    package let now: Int
    /// Where throw-away files may be made.
    package let scratch: String
    /// The engine that the plugin is run in.
    package let engine: EngineSource
    /// Whether to publish, install and verify the plugin in a scratch registry.
    package let hasRoundTrip: Bool
    /// The bytes that are to be published; nil to read the built module.
    package let module: [UInt8]?

    package init(
        project: PluginProject, registry: Registry?, key: KeySource, now: Int, scratch: String, engine: EngineSource,
        hasRoundTrip: Bool, module: [UInt8]? = nil
    ) {
        self.project = project
        self.registry = registry
        self.key = key
        self.now = now
        self.scratch = scratch
        self.engine = engine
        self.hasRoundTrip = hasRoundTrip
        self.module = module
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
        package var warningCount: Int { findings.count { $0.rule.severity == .warning && $0.silencedBecause == nil } }
        /// How many findings the author has silenced.
        package var silencedCount: Int { findings.count { $0.silencedBecause != nil } }
    }

    /// Applies every rule.
    package func run() async throws -> Report {
        var findings = ManifestRules(
            manifest: project.manifest, text: project.manifestText, file: project.manifestPath
        ).findings()
        let module = try readModule(&findings)
        if let module {
            if let parsed = parse(module, &findings) {
                let file = project.modulePath
                let interface = InterfaceRules(manifest: project.manifest, module: parsed, file: file).findings()
                findings += interface
                // What is not linked as the host wants cannot run; the interface rules say why.
                let isLinked = !interface.contains {
                    $0.rule == RuleBook.unknownImport || $0.rule == RuleBook.wrongImportType
                }
                if isLinked {
                    findings += EngineRules(
                        manifest: project.manifest, bytes: module, parsed: parsed, file: file, source: engine
                    ).findings()
                }
            }
        }
        let rules = ReleaseRules(check: self, module: module)
        findings += try rules.findings()
        findings = findings.map(silenced)
        // An error that the author has silenced does not stand in the way of a publish, nor of the trial of one.
        if let module, hasRoundTrip, !findings.contains(where: \.isError) { findings += rules.roundTrip(module) }
        return Report(name: project.name, version: project.version, findings: findings)
    }

    private func readModule(_ findings: inout [Finding]) throws -> [UInt8]? {
        if let module { return module }
        guard try FileStatus.of(project.modulePath, followingLinks: true) != nil else {
            findings.append(
                Finding(
                    RuleBook.noModule, "there is no module to release", help: "build it with: pdk build",
                    file: project.modulePath))
            return nil
        }
        return try WholeFiles.read(project.modulePath, limit: HostLimits.moduleBytes)
    }

    private func parse(_ bytes: [UInt8], _ findings: inout [Finding]) -> WebAssemblyModule? {
        do { return try WebAssemblyModule(reading: bytes) } catch {
            findings.append(
                Finding(
                    RuleBook.malformedModule, "the host cannot load the module: \(error)",
                    help: "build it again with: pdk build",
                    file: project.modulePath))
            return nil
        }
    }

    private func silenced(_ finding: Finding) -> Finding {
        guard finding.rule.canBeSilenced,
            let silence = project.manifest.silences.first(where: { $0.rule.uppercased() == finding.rule.id }),
            !silence.reason.isEmpty
        else { return finding }
        var finding = finding
        finding.silencedBecause = silence.reason
        return finding
    }
}
