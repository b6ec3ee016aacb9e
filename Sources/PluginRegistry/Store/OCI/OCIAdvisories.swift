internal import Basics
internal import Contract
internal import Files
internal import Transfers
internal import Trust

/// The advisories of a registry: layers of the manifest that one tag names.
extension OCITransaction {
    private static let advisoriesType = "application/vnd.pdk.registry.advisories.v1"
    private static let advisoryType = "application/json"

    /// Puts advisories beside those that are there; one of the same file name is replaced.
    ///
    /// The list of their files is for registries on the web, and not needed here.
    func writeAdvisories(_ files: [(path: String, bytes: [UInt8])]) throws {
        let new = try files.filter { item in
            try OCIFile(item.path, below: prefix)?.tag == OCIFile.advisoriesTag
                && FilePaths.name(of: item.path) != RegistryAdvisories.indexName
        }
        guard !new.isEmpty else { return }
        for item in new { try client.push(item.bytes, to: prefix) }
        let layers = try new.map {
            try OCIDescriptor(Self.advisoryType, $0.bytes, title: FilePaths.name(of: $0.path))
        }
        // The registry has no conditions: what others put there at the same time is looked for afterwards.
        for attempt in 1...10 {
            let there = try client.manifest(prefix, OCIFile.advisoriesTag)?.manifest
            let old = (there?.layers ?? []).filter { $0.title != nil }
            if there != nil, layers.allSatisfy(old.contains) { return }
            let kept = old.filter { layer in !layers.contains { $0.title == layer.title } }
            let manifest = try OCIManifest(artifactType: Self.advisoriesType, layers: kept + layers)
            try client.push(manifest.bytes, to: prefix, as: OCIFile.advisoriesTag)
            if attempt > 1 { Pause.random(10...200 * attempt) }
        }
        throw changedTooOften()
    }
}
