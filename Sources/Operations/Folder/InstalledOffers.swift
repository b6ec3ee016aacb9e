internal import Basics
internal import Contract
internal import Files
package import PluginRegistry
package import Trust

/// Where the releases of a folder's plugins are looked for.
package struct InstalledOffers: Sendable {
    /// The plugins folder, from which relative folders of the lock are taken.
    package let folder: String
    /// The registry in place of those that the lock names.
    package let registry: RegistryLocation?
    /// The registry of plugins for which the lock names none.
    package let fallback: RegistryLocation?
    /// Whose policy says how old a release has to be.
    package let trust: Trust
    /// The options of the command line that have chosen the trust root, as ` --trust-root DIR`; empty without any.
    package var trustOptions = ""
    /// What it works in.
    package var context: Context

    /// The options that a suggested command needs to work on the same folder with the same trust.
    var suggestedOptions: String { "--dest \(folder.shellWord)\(trustOptions)" }

    /// The same for a command that reads a registry: with the one that was given in place of the lock's.
    var suggestedLookUp: String {
        (registry.map { "--registry \($0.description.shellWord) " } ?? "") + suggestedOptions
    }

    package init(
        folder: String, registry: RegistryLocation?, fallback: RegistryLocation?, trust: Trust, in context: Context
    ) {
        self.folder = folder
        self.registry = registry
        self.fallback = fallback
        self.trust = trust
        self.context = context
    }

    /// What a registry has of one plugin.
    package struct Offer: Sendable {
        package let registry: Registry
        package let contents: RegistryContents
        /// The newest release that is wanted, and old enough for the policy; nil where there is none.
        package let wanted: RegistryEntry?
        /// The newest release of all; nil where there is none.
        package let newest: RegistryEntry?
        /// Why the installed version was withdrawn, empty without a reason; nil where it was not.
        package let yanked: String?
        /// A release that is newer than the one that is wanted, and too young for the policy.
        package let passedOver: RegistryContents.PassedOver?

    }

    /// What to type to go back to an older release, where the newest that is wanted is one; nil where it is not.
    func goingBack(_ plugin: ListInstalled.Plugin, _ offer: Offer) -> String? {
        guard let wanted = offer.wanted, let version = plugin.version,
            PluginVersion(version).precedence(against: wanted.order) > 0
        else { return nil }
        return "pdk install \("\(plugin.name)@\(wanted.version)".shellWord) "
            + "--registry \(offer.registry.location.description.shellWord) \(suggestedOptions)"
    }

    /// Asks the plugin's registry; errors: `noLock` where nobody knows one, and those of reading a registry.
    package func offer(of plugin: ListInstalled.Plugin) throws -> Offer {
        let named = plugin.locked?.registry.map { RegistryLocation($0, currentFolder: folder) }
        guard let location = registry ?? named ?? fallback else {
            throw Problem(
                .noLock, "no registry is known for \(plugin.name.printable)",
                help: "give one with --registry, or install the plugin from one, which adds it to \(LockFile.fileName)")
        }
        let registry = context.registry(location)
        let contents = try registry.blockingContents(of: plugin.name)
        let newest = try Self.found { () throws(RegistryError) in try contents.find(plugin.name) }
        var options = InstallOptions()
        options.range = plugin.request
        let best =
            options.range == nil
            ? newest : try Self.found { () throws(RegistryError) in try contents.find(plugin.name, options) }
        var wanted = best, passedOver: RegistryContents.PassedOver?
        if let best, let young = contents.tooYoung(best, trust) {
            passedOver = young
            let older = try contents.find(plugin.name, options, trust: trust)
            // Where none is old enough, what is installed stays.
            wanted = older.version.utf8.elementsEqual(best.version.utf8) ? nil : older
        }
        let version = plugin.version ?? ""
        let gone = (contents.withdrawn + contents.entries.filter { $0.yanked != nil }).first {
            $0.name.utf8.elementsEqual(plugin.name.utf8) && $0.version.utf8.elementsEqual(version.utf8)
        }
        return Offer(
            registry: registry, contents: contents, wanted: wanted, newest: newest,
            yanked: gone.map { $0.yanked ?? "" }, passedOver: passedOver)
    }

    /// The entry; nil where the registry has the plugin and no such release.
    private static func found(_ find: () throws(RegistryError) -> RegistryEntry) throws(RegistryError) -> RegistryEntry?
    {
        do { return try find() } catch {
            if error.kind == .noVersion { return nil }
            throw error
        }
    }
}

extension ListInstalled.Plugin {
    /// Whether a version is higher than the installed one.
    package func isLower(than other: String?) -> Bool {
        guard let other, let version else { return false }
        return PluginVersion(version).precedence(against: PluginVersion(other)) < 0
    }
}
