internal import Basics
internal import Contract
internal import PluginRegistry
internal import Trust

/// The installed plugins against their registries, and the advisories there.
extension AuditFolder {
    /// The advisories of the registries, each read once.
    struct AdvisoryLibrary {
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
        let name = plugin.name.printable.shellWord
        if let back = offers.goingBack(plugin, offer) { return "go back to the available release: \(back)" }
        if offer.wanted != nil { return "install the available release: pdk update \(name) \(offers.suggestedLookUp)" }
        let uninstall = "pdk uninstall \(name) --dest \(folder.shellWord)"
        return offer.passedOver.map { "\($0.text); until then: \(uninstall)" }
            ?? "no release is available in its place: \(uninstall)"
    }

    func compare(
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
                    help: "pdk update \(name.shellWord) \(offers.suggestedLookUp)")
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
                help:
                    "install a release of the registry: pdk install \(name.shellWord) --registry \(registry.description.shellWord) \(offers.suggestedOptions)"
            )
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
