internal import Basics
internal import Contract
internal import LibCrypto

/// How the manifest of a release is laid out: for the tools that are to find the module in it.
package enum OCILayout: String, Sendable, CaseIterable {
    /// The CNCF's "Wasm OCI Artifact layout" (tag-runtime).
    case wasm
    /// What Istio reads for Envoy: the module, and beside it a layer that is also the config.
    case envoy

    /// The media type of the layer that is the module.
    var layerType: String {
        switch self {
        case .wasm: "application/wasm"
        case .envoy: "application/vnd.module.wasm.content.layer.v1+wasm"
        }
    }

    private var configType: String {
        switch self {
        case .wasm: "application/vnd.wasm.config.v0+json"
        case .envoy: "application/vnd.module.wasm.config.v1+json"
        }
    }

    /// The manifest of a release, and the text of its config.
    func manifest(_ entry: IndexEntry, module: [UInt8]) throws -> (manifest: OCIManifest, config: [UInt8]) {
        let layer = try OCIDescriptor(layerType, module, title: "\(entry.name).wasm")
        let created = entry.publishedAt ?? ""
        var manifest = OCIManifest(), config: [UInt8]
        switch self {
        case .wasm:
            config =
                JSONValue.object([
                    "created": created.isEmpty ? nil : .string(created), "author": entry.author.map(JSONValue.string),
                    "architecture": .string("wasm"), "os": .string("wasip1"),
                    "layerDigests": .strings([layer.digest]),
                ]).compactBytes
            manifest.layers = [layer]
        case .envoy:
            config =
                JSONValue.object([
                    "type": .string("wasm"), "name": .string(entry.name), "version": .string(entry.version),
                ]).compactBytes
            manifest.layers = [try OCIDescriptor(configType, config, title: "runtime-config.json"), layer]
        }
        manifest.config = try OCIDescriptor(configType, config)
        let sections = MetadataSections.texts(of: module)
        let pairs: [(String, String?)] = [
            ("title", entry.name), ("version", entry.version), ("description", entry.description),
            ("licenses", entry.license), ("authors", entry.author), ("source", sections["source"]),
            ("revision", sections["revision"]), ("created", created),
        ]
        for case (let name, let value?) in pairs where !value.isEmpty {
            manifest.annotations["org.opencontainers.image.\(name)"] = value
        }
        // So that a release whose tag alone is copied can be installed with its signature.
        manifest.annotations[OCIStore.entryKey] = entry.json.compactText
        return (manifest, config)
    }

    /// The layer that is a release's module, whichever tool pushed it.
    static func module(in manifest: OCIManifest, titled title: String) -> OCIDescriptor? {
        manifest.layer(titled: title)
            ?? manifest.layers.first { layer in allCases.contains { $0.layerType == layer.mediaType } }
    }
}
