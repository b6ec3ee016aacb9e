internal import Basics

/// What an index, a sidecar or a packed plugin claims of a module, against what the module carries.
extension PluginMetadata {
    /// A field of which a claim and a module say different things.
    package struct Contradiction: Sendable, Equatable {
        package let field: String
        package let claimed: String
        package let embedded: String
    }

    /// The first field in which this claim, silent where it says nothing, is not what the module says; hooks and permissions by meaning and without an order.
    package func contradiction(with embedded: PluginMetadata) -> Contradiction? {
        func texts(_ field: String, _ claimed: String?, _ actual: String?) -> Contradiction? {
            guard let claimed else { return nil }
            if let actual, ByteText(claimed) == ByteText(actual) { return nil }
            return Contradiction(field: field, claimed: claimed, embedded: actual ?? "none")
        }
        func lists(_ field: String, _ claimed: [String]?, _ actual: [String], _ meaning: (String) -> String)
            -> Contradiction?
        {
            func bytes(_ list: [String]) -> Set<ByteText> { Set(list.map { ByteText(meaning($0)) }) }
            guard let claimed, bytes(claimed) != bytes(actual) else { return nil }
            func shown(_ list: [String]) -> String { list.isEmpty ? "none" : list.joined(separator: ", ") }
            return Contradiction(field: field, claimed: shown(claimed), embedded: shown(actual))
        }
        func sizes(_ field: String, _ claimed: String?, _ actual: String?) -> Contradiction? {
            if let claimed, let actual, let bytes = MemorySize.bytes(claimed), bytes == MemorySize.bytes(actual) {
                return nil
            }
            return texts(field, claimed, actual)
        }
        return texts("name", name, embedded.name) ?? texts("version", version.isEmpty ? nil : version, embedded.version)
            ?? lists("hooks", hooks, embedded.hooks ?? []) { HostProfile.standard.hook(named: $0)?.name ?? $0 }
            ?? lists("permissions", permissions, embedded.permissions ?? []) {
                HostProfile.standard.permission(named: $0)?.name ?? $0
            }
            ?? sizes("min_memory", minimumMemory, embedded.minimumMemory)
            ?? sizes("max_memory", maximumMemory, embedded.maximumMemory)
    }
}
