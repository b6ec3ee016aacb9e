internal import Basics
internal import Contract
internal import Files
package import PluginRegistry
internal import Trust

/// `pdk update`: newer releases for the plugins of a folder, each within the range that the lock keeps.
///
/// A plan fetches and verifies everything and changes nothing; applying it puts each plugin in place, whole or not at all.
package struct UpdatePlugins {
    /// The plugin; nil for all of the folder.
    package let name: String?
    package let offers: InstalledOffers
    package let options: InstallOptions
    /// Whether modules are only looked at, and so not fetched into the folder.
    package let isDryRun: Bool

    package init(name: String?, offers: InstalledOffers, options: InstallOptions, isDryRun: Bool) {
        self.name = name
        self.offers = offers
        self.options = options
        self.isDryRun = isDryRun
    }

    private var folder: String { offers.folder }
    private var trust: Trust { offers.trust }

    /// What an update changes.
    package struct Change: Sendable {
        package let name: String
        package let from: String
        package let to: String
        package let permissions: Difference
        package let hooks: Difference
        package let ready: PreparedInstall
        fileprivate let plugin: ListInstalled.Plugin
    }

    /// What is new and what is gone; nil where nobody says what there will be.
    package struct Difference: Sendable {
        package let added: [String]
        package let removed: [String]
        package let isKnown: Bool

        init(from old: [String], to new: [String]?) {
            isKnown = new != nil
            added = (new ?? []).filter { !old.contains($0) }
            removed = new.map { new in old.filter { !new.contains($0) } } ?? []
        }
    }

    /// A plugin that is not updated, and why.
    package struct Held: Sendable {
        package let name: String
        package let code: String
        package let message: String
        package let help: String?
        /// Whether it could not be told what there is, as when a registry cannot be read; not where none has it.
        package let isFailure: Bool

        init(_ name: String, _ error: any Error) {
            let known = error as? any Diagnostic
            isFailure = ![ErrorCode.noLock, .noPlugin].contains(known?.code)
            self.name = name
            code = (known?.code ?? .failed).rawValue
            message = known?.message ?? "\(error)"
            help = known?.commandHelp
        }
    }

    /// A plugin for which there is nothing newer.
    package struct Current: Sendable {
        package let name: String
        package let version: String
        package let request: String?
        /// The newest release of all, where it is newer and out of the range.
        package let newer: String?
        /// Why the installed version was withdrawn; nil where it was not.
        package let yanked: String?
        /// A newer release that the policy does not let in yet; nil where there is none.
        package let passedOver: RegistryContents.PassedOver?
        /// What to type to go back from a withdrawn version to an older release; nil where there is none.
        package let goingBack: String?
    }

    /// What would be done.
    package struct Plan: Sendable {
        package fileprivate(set) var changes: [Change] = []
        package fileprivate(set) var held: [Held] = []
        package fileprivate(set) var current: [Current] = []
        package fileprivate(set) var warnings: [String] = []
    }

    /// Finds, fetches and verifies what is newer; where one plugin is named, what keeps it from being updated is an error.
    ///
    /// Errors: `lockMalformed`, `notInstalled`, `destination`.
    package func plan() throws -> Plan {
        guard isDryRun else { return try plan(staging: nil) }
        let folder = try TemporaryFolder(inShared: offers.context.scratch, prefix: "pdk-update-")
        let plan = try plan(staging: try PluginsFolder(folder.path))
        // Until here it has to be there.
        _ = consume folder
        return plan
    }

    private func plan(staging: PluginsFolder?) throws -> Plan {
        let list = try ListInstalled(folder: folder, trust: .digestOnly, needsLock: true).run()
        let place = offers.context.stopping(try PluginsFolder(existing: folder, notice: offers.context.notice))
        var plan = Plan()
        plan.warnings = list.warnings
        let wanted = name.map { name in list.plugins.filter { $0.name.utf8.elementsEqual(name.utf8) } } ?? list.plugins
        if let name, wanted.isEmpty {
            throw RegistryError(
                .notInstalled, "\(folder) has no plugin '\(name.printable)'",
                help: "pdk list --dest \(folder.shellWord) lists its plugins")
        }
        for plugin in wanted {
            do { try add(plugin, place, staging, to: &plan) } catch {
                if name != nil || error is CancellationError { throw error }
                plan.held.append(Held(plugin.name, error))
            }
        }
        return plan
    }

    private func add(
        _ plugin: ListInstalled.Plugin, _ place: PluginsFolder, _ staging: PluginsFolder?, to plan: inout Plan
    ) throws {
        guard plugin.installed != nil else {
            throw RegistryError(
                .notInstalled, plugin.problems.first ?? "\(plugin.name.printable) is not installed",
                help: "pdk install \(offers.suggestedOptions) installs what is in pdk.lock")
        }
        guard let version = plugin.version else {
            throw Problem(
                .noLock, "it is not known which version of \(plugin.name.printable) is installed",
                help: "install it from a registry: pdk install \(plugin.name.shellWord) --registry R "
                    + offers.suggestedOptions)
        }
        let offer = try offers.offer(of: plugin)
        guard let entry = offer.wanted, plugin.isLower(than: entry.version) else {
            plan.current.append(
                Current(
                    name: plugin.name, version: version, request: plugin.request?.description,
                    newer: plugin.isLower(than: offer.newest?.version) ? offer.newest?.version : nil,
                    yanked: offer.yanked,
                    passedOver: plugin.isLower(than: offer.passedOver?.version) ? offer.passedOver : nil,
                    goingBack: offer.yanked == nil ? nil : offers.goingBack(plugin, offer)))
            return
        }
        var options = options
        options.range = plugin.request
        let ready = try offer.registry.blockingPrepare(
            entry, options, for: place, staging: staging, trust: trust,
            notes: offer.contents.notes(on: entry, options, trust: trust))
        let old = try place.manifest(plugin.name)
        func hook(_ name: String) -> String { HostProfile.standard.hook(named: name)?.name ?? name }
        plan.changes.append(
            Change(
                name: plugin.name, from: version, to: ready.entry.version,
                permissions: Difference(from: old?.permissions ?? [], to: ready.entry.permissions),
                hooks: Difference(from: (old?.hooks ?? []).map(hook), to: ready.entry.hooks?.map(hook)), ready: ready,
                plugin: plugin))
    }

    /// Puts the plan's changes in place, in their order; one that fails leaves its plugin as it was, and the others go on.
    ///
    /// Where somebody `wasAsked` and took their time, the registries are read again: what they do not offer any more is not
    /// installed (`changedMeanwhile`).
    package func apply(_ plan: Plan, wasAsked: Bool) throws -> (installed: [InstalledPlugin], failed: [Held]) {
        var installed: [InstalledPlugin] = [], failed: [Held] = []
        for change in plan.changes {
            do {
                if wasAsked { try checkOffer(change) }
                installed.append(try change.ready.blockingFinish())
            } catch {
                if name != nil { throw error }
                failed.append(Held(change.name, error))
            }
        }
        return (installed, failed)
    }

    private func checkOffer(_ change: Change) throws {
        let entry = change.ready.entry, offer = try offers.offer(of: change.plugin)
        let isOffered = offer.contents.entries.contains {
            $0.name == entry.name && $0.version == entry.version && $0.digest == entry.digest && $0.yanked == nil
        }
        guard isOffered else {
            throw RegistryError(
                .changedMeanwhile,
                "\(change.name.printable) \(change.to.printable) was withdrawn or replaced meanwhile",
                help: "pdk update shows what there is now")
        }
    }
}
