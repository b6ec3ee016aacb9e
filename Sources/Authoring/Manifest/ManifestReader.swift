internal import Basics
package import Contract
internal import YAML

extension Manifest {
    /// Reads the text of a `plugin.yaml`: one YAML 1.2 mapping without anchors, at most 1 MiB.
    package init(reading text: String) throws(ManifestError) {
        let root = try YAMLMapping(parsing: text, limit: KitLimits.manifestBytes)
        for (key, value) in root.entries {
            switch key.text {
            case "name": name = try YAMLMapping.scalar(value, "name")
            case "version": version = try YAMLMapping.scalar(value, "version")
            case "description": description = try YAMLMapping.scalar(value, "description")
            case "author": author = try YAMLMapping.scalar(value, "author")
            case "license": license = try YAMLMapping.scalar(value, "license")
            case "hooks": hooks = try YAMLMapping.scalars(value, "hooks")
            case "permissions": permissions = try YAMLMapping.scalars(value, "permissions")
            case "resources": try readResources(YAMLMapping(value, "resources"))
            case "build": try readBuild(YAMLMapping(value, "build"))
            case "check": try readCheck(YAMLMapping(value, "check"))
            case "host": host = try YAMLMapping.scalar(value, "host")
            default: unknownKeys.append(key)
            }
        }
        for (key, value) in [("name", name), ("version", version)] where value.text.isEmpty {
            let near = unknownKeys.first { NearWord.to($0.text, among: [key]) != nil }
            throw ManifestError(
                message: "the manifest has no \(key)" + (near.map { ", but a key '\($0.text.printable)'" } ?? ""),
                at: near?.place)
        }
    }

    private mutating func readResources(_ mapping: YAMLMapping) throws(ManifestError) {
        for (key, value) in mapping.entries {
            switch key.text {
            case "min_memory": minimumMemory = try YAMLMapping.scalar(value, "resources.min_memory")
            case "max_memory": maximumMemory = try YAMLMapping.scalar(value, "resources.max_memory")
            default: unknownKeys.append(Scalar(text: "resources." + key.text, place: key.place))
            }
        }
    }

    private mutating func readBuild(_ mapping: YAMLMapping) throws(ManifestError) {
        for (key, value) in mapping.entries {
            switch key.text {
            case "command": buildCommand = try YAMLMapping.scalar(value, "build.command")
            case "wasm": buildOutput = try YAMLMapping.scalar(value, "build.wasm")
            case "toolchain": toolchain = try YAMLMapping.scalar(value, "build.toolchain")
            case "sources": buildSources = try YAMLMapping.scalars(value, "build.sources")
            default: unknownKeys.append(Scalar(text: "build." + key.text, place: key.place))
            }
        }
    }

    private mutating func readCheck(_ mapping: YAMLMapping) throws(ManifestError) {
        for (key, value) in mapping.entries {
            // Older manifests say `silence`.
            guard ["suppress", "silence"].contains(key.text) else {
                unknownKeys.append(Scalar(text: "check." + key.text, place: key.place))
                continue
            }
            guard case .sequence(let items) = value.kind else {
                throw ManifestError(message: "check.\(key.text) is not a list", at: key.place)
            }
            let list = key.text
            for item in items {
                let entry = try YAMLMapping(item, "an entry of check.\(key.text)")
                var rule: Scalar?, reason: Scalar?
                for (key, value) in entry.entries {
                    switch key.text {
                    case "rule": rule = try YAMLMapping.scalar(value, "rule")
                    case "reason": reason = try YAMLMapping.scalar(value, "reason")
                    default: unknownKeys.append(Scalar(text: "check.\(list).\(key.text)", place: key.place))
                    }
                }
                guard let rule else {
                    throw ManifestError(message: "an entry of check.\(list) has no rule", at: entry.place)
                }
                suppressions.append(Suppression(rule: rule.text, reason: reason?.text ?? "", line: rule.line))
            }
        }
    }
}
