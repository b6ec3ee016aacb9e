internal import Contract
package import PluginRegistry

/// `pdk info`: what a registry says of a plugin, every version of it.
package struct DescribePlugin {
    package let name: String
    package let location: RegistryLocation
    /// What it works in.
    package let context: Context

    package init(name: String, location: RegistryLocation, in context: Context) {
        self.name = name
        self.location = location
        self.context = context
    }

    /// What there is of it.
    package struct Report: Sendable {
        /// Newest first; also those that were withdrawn, which say why in `yanked`.
        package let versions: [RegistryEntry]
        /// The one that an install without a version gets; nil for none.
        package let offered: RegistryEntry?
        /// The changelog of the newest, where it travels with it; no signature covers it.
        package let changelog: String?
    }

    /// Errors: those of reading an index, `invalid-name`, `no-plugin`.
    package func run() throws -> Report {
        let contents = try context.registry(location).blockingContents(of: name)
        let all = contents.entries + contents.withdrawn
        // Where there is no release, the versions tell it.
        let offered: RegistryEntry?
        do { offered = try contents.find(name) } catch {
            guard error.kind == .noVersion, !all.isEmpty else { throw error }
            offered = nil
        }
        let sorted = all.newestFirst()
        let newest = offered ?? sorted.first
        let store = context.store(of: location)
        return Report(
            versions: sorted, offered: offered,
            changelog: newest.flatMap { ReleaseDocuments.text(ReleaseDocuments.changelogName, of: $0, in: store) })
    }
}
