internal import Basics
internal import Contract
package import PluginRegistry
internal import Trust

/// `pdk outdated`: the installed plugins of a folder against what their registries offer.
package struct OutdatedPlugins {
    package let offers: InstalledOffers

    package init(_ offers: InstalledOffers) { self.offers = offers }

    /// A plugin, and what there is of it.
    package struct Row: Sendable {
        package let name: String
        /// The installed version; nil where the module is missing.
        package let installed: String?
        /// The newest release within the range of the lock; nil where there is none.
        package let wanted: String?
        /// The newest release of all; nil where there is none.
        package let newest: String?
        /// The range that the lock keeps; nil for the newest release.
        package let request: String?
        /// Whether there is a newer release than the installed one, within the range or not.
        package let isOutdated: Bool
        /// Why the installed version was withdrawn, empty without a reason; nil where it was not.
        package let yanked: String?
        /// What to type to go back from a withdrawn version to an older release; nil where there is none.
        package let goingBack: String?
        /// A newer release than the installed one that the policy does not let in yet; nil where there is none.
        package let passedOver: RegistryContents.PassedOver?
        /// The registry that was asked.
        package let registry: String?
        /// Why it could not be told; nil where it could.
        package let problem: String?
        /// What can be done about that.
        package let help: String?
        /// Whether the look-up failed, and not just that no registry is known that has it.
        package let isFailure: Bool
    }

    /// The rows by name; errors: those of `ListInstalled`, and a lock that cannot be read.
    package func run() throws -> (rows: [Row], warnings: [String]) {
        // Without the lock, "up to date" would not be known.
        let list = try ListInstalled(folder: offers.folder, trust: .digestOnly, needsLock: true).run()
        return (list.plugins.map(row), list.warnings)
    }

    private func row(_ plugin: ListInstalled.Plugin) -> Row {
        func row(
            _ offer: InstalledOffers.Offer?, _ problem: String?, help: String? = nil, isFailure: Bool = false
        ) -> Row {
            let isMissing = plugin.installed == nil
            return Row(
                name: plugin.name, installed: isMissing ? nil : plugin.version ?? "", wanted: offer?.wanted?.version,
                newest: offer?.newest?.version, request: plugin.request?.description,
                isOutdated: !isMissing
                    && (plugin.isLower(than: offer?.newest?.version) || plugin.isLower(than: offer?.wanted?.version)),
                yanked: offer?.yanked,
                goingBack: offer.flatMap { $0.yanked == nil ? nil : offers.goingBack(plugin, $0) },
                passedOver: plugin.isLower(than: offer?.passedOver?.version) ? offer?.passedOver : nil,
                registry: offer?.registry.location.lockText, problem: problem,
                help: help, isFailure: isFailure)
        }
        guard plugin.installed != nil else {
            return row(nil, plugin.problems.first ?? "its module cannot be read", isFailure: true)
        }
        do { return row(try offers.offer(of: plugin), nil) } catch {
            let known = error as? any Diagnostic
            return row(
                nil, known?.message ?? "\(error)", help: known?.commandHelp,
                isFailure: ![ErrorCode.noLock, .noPlugin].contains(known?.code))
        }
    }
}
