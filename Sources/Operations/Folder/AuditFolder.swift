internal import Basics
internal import Contract
internal import Files
internal import PluginRegistry
internal import Trust

/// `pdk audit`: a plugins folder against its lock, its registries, their advisories, and a trust root with its policy.
///
/// What could not be checked is a finding too.
package struct AuditFolder {
    package let offers: InstalledOffers

    package init(_ offers: InstalledOffers) { self.offers = offers }

    var folder: String { offers.folder }
    var trust: Trust { offers.trust }

    /// What was looked at and found.
    package struct Report: Sendable {
        package internal(set) var findings: [AuditFinding] = []
        /// How many plugins were looked at.
        package internal(set) var plugins = 0
        /// How many advisories the registries have.
        package internal(set) var advisories = 0
        /// Whether advisories were looked for: a registry was read.
        package internal(set) var areAdvisoriesRead = false
        /// Whether signatures were checked against a trust root.
        package let areSignaturesChecked: Bool
        package internal(set) var warnings: [String] = []

        mutating func add(
            _ kind: AuditFinding.Kind, _ plugin: ListInstalled.Plugin?, _ file: String, _ message: String,
            help: String? = nil, advisory: String? = nil
        ) {
            findings.append(
                AuditFinding(
                    kind: kind, plugin: plugin?.name, version: plugin?.version, file: file, message: message,
                    help: help, advisory: advisory))
        }
    }

    /// Looks at everything; error: `destination` when there is no such folder.
    package func run() throws -> Report {
        let list = try ListInstalled(folder: folder, trust: .digestOnly).run()
        let place = try PluginsFolder(existing: folder)
        var report = Report(areSignaturesChecked: trust.root != nil)
        report.warnings = list.warnings + trust.warnings
        report.plugins = list.plugins.count
        do { _ = try place.blockingLock() } catch {
            report.add(.damagedLock, nil, path(LockFile.fileName), error.message, help: error.commandHelp)
        }
        let hasLock = list.plugins.contains { $0.locked != nil }
        var advisories = AdvisoryLibrary()
        for plugin in list.plugins {
            try look(at: plugin, place, hasLock: hasLock, &report)
            try compare(plugin, &advisories, &report)
        }
        report.areAdvisoriesRead = !advisories.read.isEmpty
        for (location, read) in advisories.read.sorted(by: { $0.key < $1.key }) {
            report.advisories += read.advisories.count
            for failure in read.failures {
                report.add(
                    .notChecked, nil, location + "/" + failure.file,
                    "\(failure.file.printable) of \(location) cannot be read: \(failure.message)",
                    help: "it may affect installed versions; contact the registry's maintainer")
            }
        }
        for name in try Folder(folder).names() where name.hasSuffix(".tar.gz") || name.hasSuffix(".tgz") {
            report.add(
                .ignoredFile, nil, path(name), "\(path(name)) is a packed plugin, which the host ignores",
                help: "pdk install \(path(name).shellWord) \(offers.suggestedOptions) unpacks it")
        }
        return report
    }

    func path(_ name: String) -> String { FilePaths.join(folder, name) }

    // MARK: What is in the folder

    private func look(
        at plugin: ListInstalled.Plugin, _ place: PluginsFolder, hasLock: Bool, _ report: inout Report
    ) throws {
        let module = path(plugin.name + ".wasm"), shell = folder.shellWord
        guard let installed = plugin.installed else {
            if plugin.locked != nil, place.installedVersion(of: plugin.name) == nil,
                try FileStatus.of(module) == nil
            {
                report.add(
                    .missing, plugin, module, "\(LockFile.fileName) names \(plugin.name), but there is no \(module)",
                    help: "pdk install \(plugin.name.shellWord) --locked \(offers.suggestedOptions) restores it")
            } else {
                report.add(
                    .notChecked, plugin, module, plugin.problems.first ?? "\(module) cannot be read",
                    help: PluginName(plugin.name) == nil
                        ? "the host loads it, but pdk does not manage files of such names: rename or remove it"
                        : "make it readable, or remove it")
            }
            return
        }
        if let locked = plugin.locked, locked.digest != installed.digest {
            report.add(
                .changed, plugin, module,
                "\(module) does not match \(LockFile.fileName): it has sha256 \(installed.digest), and v\(locked.version.printable) has \(locked.digest)",
                help:
                    "find out who changed it; pdk install \(plugin.name.shellWord) --locked \(offers.suggestedOptions) restores it"
            )
        } else if plugin.locked == nil, hasLock {
            report.add(
                .notLocked, plugin, module, "\(LockFile.fileName) does not name \(plugin.name.printable)",
                help:
                    "install it again with pdk install, or remove it: pdk uninstall \(plugin.name.shellWord) --dest \(shell)"
            )
        }
        signature(plugin, installed, place, module, &report)
        try body(plugin, installed, module, &report)
        try sidecars(plugin, place, module, &report)
    }

    private func signature(
        _ plugin: ListInstalled.Plugin, _ installed: InstalledPluginReport, _ place: PluginsFolder, _ module: String,
        _ report: inout Report
    ) {
        let subject = plugin.name.printable
        if trust.root != nil {
            do {
                let verified = try place.blockingRead(plugin.name, trust: trust)
                if verified.digest != installed.digest {
                    report.add(.notChecked, plugin, module, "\(module) was changed while it was checked")
                }
                // An unsigned one that comes through here is let in by the policy.
                return
            } catch {
                let known = error as? RegistryError
                let kind: AuditFinding.Kind =
                    switch known?.code.rawValue {
                    case "no-signature": .unsigned
                    case "signature-invalid": .signature
                    case "policy-refused": .policy
                    default: .notChecked
                    }
                report.add(kind, plugin, module, known?.message ?? "\(error)", help: known?.commandHelp)
                return
            }
        }
        guard !installed.isSigned else { return }
        let was = plugin.locked?.isSigned ?? false ? ", and it was signed when it was installed" : ""
        report.add(
            .unsigned, plugin, module, "\(subject) is unsigned: there is no \(subject).sig\(was)",
            help: "ask its publisher for a signed release")
    }

    /// Whether the host could load the module at all.
    private func body(
        _ plugin: ListInstalled.Plugin, _ installed: InstalledPluginReport, _ module: String, _ report: inout Report
    ) throws {
        guard installed.size <= LoadableModule.examinedBytes else {
            report.warnings.append(LoadableModule.notExamined(module))
            return
        }
        let bytes = try WholeFiles.read(module, limit: LoadableModule.examinedBytes)
        let fault = LoadableModule.otherFile(bytes)?.message(of: module) ?? LoadableModule.warning(of: bytes, module)
        guard let fault else { return }
        report.add(
            .notLoadable, plugin, module, fault, help: "install a sound release, or remove it; tell its publisher")
    }

    /// The manifest that the host goes by, against the module's own and the one that was installed.
    private func sidecars(
        _ plugin: ListInstalled.Plugin, _ place: PluginsFolder, _ module: String, _ report: inout Report
    ) throws {
        let yaml = path(plugin.name + ".yaml"), json = path(plugin.name + ".json")
        if try FileStatus.of(yaml) != nil, try FileStatus.of(json) != nil {
            report.add(
                .shadowed, plugin, yaml, "the host reads \(yaml) instead of \(json)",
                help: "remove \(yaml), unless you wrote it for that")
        }
        let head = try FileHandle(reading: module).readHead(bytes: EmbeddedManifest.headBytes)
        if let embedded = (try? EmbeddedManifest.read(atStartOf: head)) ?? nil {
            for problem in try Sidecar(of: module).differences(from: embedded).findings {
                report.add(
                    .shadowed, plugin, module, problem, help: "install it again: the manifest comes from the module")
            }
        } else {
            for problem in plugin.installed?.warnings ?? [] { report.add(.shadowed, plugin, module, problem) }
        }
        for other in try place.otherFiles(of: plugin.name) {
            report.add(
                .shadowed, plugin, path(other),
                PluginsFolder.sharedName(path(other)),
                help: "remove the wrong one")
        }
    }
}
