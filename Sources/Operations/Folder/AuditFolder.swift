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

    private var folder: String { offers.folder }
    private var trust: Trust { offers.trust }

    /// What was looked at and found.
    package struct Report: Sendable {
        package fileprivate(set) var findings: [AuditFinding] = []
        /// How many plugins were looked at.
        package fileprivate(set) var plugins = 0
        /// How many advisories the registries have.
        package fileprivate(set) var advisories = 0
        /// Whether advisories were looked for: a registry was read.
        package fileprivate(set) var areAdvisoriesRead = false
        /// Whether signatures were checked against a trust root.
        package let areSignaturesChecked: Bool
        package fileprivate(set) var warnings: [String] = []

        fileprivate mutating func add(
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
                help: "pdk install \(path(name).shellWord) --dest \(folder.shellWord) unpacks it")
        }
        return report
    }

    private func path(_ name: String) -> String { FilePaths.join(folder, name) }

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
                    help: "pdk install \(plugin.name.shellWord) --locked --dest \(shell) restores it")
            } else {
                report.add(
                    .notChecked, plugin, module, plugin.problems.first ?? "\(module) cannot be read",
                    help: "make it readable, or remove it")
            }
            return
        }
        if let locked = plugin.locked, locked.digest != installed.digest {
            report.add(
                .changed, plugin, module,
                "\(module) does not match \(LockFile.fileName): it has sha256 \(installed.digest), and v\(locked.version.printable) has \(locked.digest)",
                help:
                    "find out who changed it; pdk install \(plugin.name.shellWord) --locked --dest \(shell) restores it"
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

    // MARK: Against the registry

    /// The advisories of the registries, each read once.
    private struct AdvisoryLibrary {
        var read: [String: RegistryAdvisories] = [:]

        mutating func all(of registry: Registry) throws -> [(file: String, advisory: Advisory)] {
            let key = registry.location.lockText
            let found = try read[key] ?? RegistryAdvisories(of: registry.location, network: registry.network)
            read[key] = found
            return found.advisories
        }
    }

    /// What to do about a version that was withdrawn.
    private func replacement(of plugin: ListInstalled.Plugin, _ offer: InstalledOffers.Offer) -> String {
        let name = plugin.name.printable.shellWord, place = folder.shellWord
        if let back = offer.goingBack(plugin, in: folder) { return "go back to the available release: \(back)" }
        if offer.wanted != nil { return "install the available release: pdk update \(name) --dest \(place)" }
        let uninstall = "pdk uninstall \(name) --dest \(place)"
        return offer.passedOver.map { "\($0.text); until then: \(uninstall)" }
            ?? "no release is available in its place: \(uninstall)"
    }

    private func compare(
        _ plugin: ListInstalled.Plugin, _ library: inout AdvisoryLibrary, _ report: inout Report
    ) throws {
        guard let installed = plugin.installed else { return }
        let module = path(plugin.name + ".wasm"), name = plugin.name.printable
        let offer: InstalledOffers.Offer
        do { offer = try offers.offer(of: plugin) } catch let error as CancellationError { throw error } catch {
            let known = error as? any Diagnostic
            let isUnknown = known?.code == .noPlugin
            report.add(
                isUnknown ? .unknown : .notChecked, plugin, module,
                isUnknown
                    ? known?.message ?? name
                    : "\(name) was not compared with a registry: \(known?.message ?? "\(error)")",
                help: known?.commandHelp)
            // What is known of the plugin elsewhere is said all the same.
            if isUnknown, let location = offers.registry {
                try advise(plugin, library.all(of: offers.context.registry(location)), &report)
            }
            return
        }
        if let unknown = offer.contents.unknownWithdrawals(of: name) { report.warnings.append(unknown) }
        let version = plugin.version ?? ""
        let entries = (offer.contents.entries + offer.contents.withdrawn).filter {
            $0.name.utf8.elementsEqual(plugin.name.utf8) && $0.version.utf8.elementsEqual(version.utf8)
        }
        do {
            try trust.root?.checkOrigins(
                of: entries.first, plugin.name, in: offer.registry.location)
        } catch { report.add(.policy, plugin, module, error.message, help: error.commandHelp) }
        if let reason = offer.yanked {
            report.add(
                .yanked, plugin, module,
                "\(name) v\(version.printable) was withdrawn by its publisher"
                    + (reason.isEmpty ? "" : ": \(reason.printable.shortened)"),
                help: replacement(of: plugin, offer))
        }
        compareBytes(plugin, installed, entries, offer.registry.location, &report)
        if plugin.isLower(than: offer.wanted?.version), let wanted = offer.wanted {
            if let refused = offer.contents.refused(wanted, trust, after: installed.permissions) {
                report.warnings.append(refused.text)
            } else {
                report.add(
                    .outdated, plugin, module,
                    "\(name) v\(version.printable) is outdated: v\(wanted.version.printable) is available",
                    help: "pdk update \(name.shellWord) --dest \(folder.shellWord)")
            }
        }
        try advise(plugin, library.all(of: offer.registry), &report)
    }

    /// Whether a registry has the installed version, and with the same bytes.
    private func compareBytes(
        _ plugin: ListInstalled.Plugin, _ installed: InstalledPluginReport, _ entries: [RegistryEntry],
        _ registry: RegistryLocation, _ report: inout Report
    ) {
        let module = path(plugin.name + ".wasm"), name = plugin.name.printable, version = plugin.version ?? ""
        if entries.isEmpty {
            report.add(
                .unknown, plugin, module,
                "\(registry) does not have \(name) v\(version.isEmpty ? "?" : version.printable)",
                help: "install a release of the registry: pdk install \(name.shellWord) --dest \(folder.shellWord)")
        } else if !entries.contains(where: { $0.digest == installed.digest }),
            plugin.locked == nil || plugin.isAsLocked
        {
            report.add(
                .changed, plugin, module,
                "\(module) is not \(name) v\(version.printable) of \(registry): it has sha256 \(installed.digest), the registry's has \(entries[0].sha256.printable)",
                help: "the module or the registry was changed; find out which")
        }
    }

    private func advise(
        _ plugin: ListInstalled.Plugin, _ advisories: [(file: String, advisory: Advisory)], _ report: inout Report
    ) throws {
        let module = path(plugin.name + ".wasm"), name = plugin.name.printable, version = plugin.version ?? ""
        for (file, advisory) in advisories {
            let id = advisory.id, summary = advisory.summary.isEmpty ? "" : ": \(advisory.summary.printable.shortened)"
            switch advisory.verdict(on: plugin.name, version: version) {
            case .affected(let fixed):
                report.add(
                    .advisory, plugin, module, "\(id) is about \(name) v\(version.printable)\(summary)",
                    help: fixed.map { "it is fixed in v\($0.printable)" }
                        ?? "it names no fixed version; remove the plugin",
                    advisory: id)
            case .unknown(let reason):
                report.add(
                    .notChecked, plugin, module,
                    "\(id) is about \(name), but pdk cannot determine whether v\(version.isEmpty ? "?" : version.printable) is affected: \(reason)",
                    help: "read \(file.printable) in the registry", advisory: id)
            case .notAffected, nil: break
            }
        }
    }
}
