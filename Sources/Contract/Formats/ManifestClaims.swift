/// What an index or a packed manifest claims of a module; nil where it claims nothing.
package struct ManifestClaims: Sendable, Equatable {
    package var name: String
    package var version: String?
    package var hooks: [String]?
    package var permissions: [String]?
    package var minimumMemory: String?
    package var maximumMemory: String?

    /// What an index says; an empty version says nothing.
    package init(_ entry: IndexEntry) {
        name = entry.name
        version = entry.version.isEmpty ? nil : entry.version
        hooks = entry.hooks
        permissions = entry.permissions
        minimumMemory = entry.minimumMemory
        maximumMemory = entry.maximumMemory
    }

    /// What a packed plugin's manifest says; it knows neither permissions nor limits.
    package init(_ manifest: PackManifest) {
        name = manifest.name
        version = manifest.version
        hooks = manifest.hooks
    }

    /// What a plugin's own manifest says: all of it.
    package init(_ manifest: EmbeddedManifest) {
        name = manifest.name
        version = manifest.version
        hooks = manifest.hooks
        permissions = manifest.permissions
        minimumMemory = manifest.minimumMemory
        maximumMemory = manifest.maximumMemory
    }

    /// A field of which a claim and a module say different things.
    package struct Contradiction: Sendable, Equatable {
        package let field: String
        package let claimed: String
        package let embedded: String
    }

    /// The first field that the module contradicts; hooks and permissions by meaning and without an order.
    package func contradiction(with embedded: EmbeddedManifest) -> Contradiction? {
        func texts(_ field: String, _ claimed: String?, _ actual: String?) -> Contradiction? {
            guard let claimed, claimed != actual else { return nil }
            return Contradiction(field: field, claimed: claimed, embedded: actual ?? "none")
        }
        func lists(_ field: String, _ claimed: [String]?, _ actual: [String], _ meaning: (String) -> String)
            -> Contradiction?
        {
            guard let claimed, Set(claimed.map(meaning)) != Set(actual.map(meaning)) else { return nil }
            func shown(_ list: [String]) -> String { list.isEmpty ? "none" : list.joined(separator: ", ") }
            return Contradiction(field: field, claimed: shown(claimed), embedded: shown(actual))
        }
        func sizes(_ field: String, _ claimed: String?, _ actual: String?) -> Contradiction? {
            if let claimed, let actual, let bytes = MemorySize.bytes(claimed), bytes == MemorySize.bytes(actual) {
                return nil
            }
            return texts(field, claimed, actual)
        }
        return texts("name", name, embedded.name) ?? texts("version", version, embedded.version)
            ?? lists("hooks", hooks, embedded.hooks) { HostProfile.standard.hook(named: $0)?.name ?? $0 }
            ?? lists("permissions", permissions, embedded.permissions) {
                HostProfile.standard.permission(named: $0)?.name ?? $0
            }
            ?? sizes("min_memory", minimumMemory, embedded.minimumMemory)
            ?? sizes("max_memory", maximumMemory, embedded.maximumMemory)
    }
}
