/// The manifest that stands beside an installed module as `<name>.json` (host contract, section 5).
package enum InstalledManifest {
    /// The file's text, with a final newline; the host wants every field but `resources` to be there.
    package static func text(of metadata: PluginMetadata) -> String {
        let json = JSONValue.object([
            "name": .string(metadata.name),
            "version": .string(metadata.version),
            "description": .string(metadata.description),
            "author": .string(metadata.author ?? ""),
            "license": .string(metadata.license ?? ""),
            "hooks": .strings(metadata.hooks ?? []),
            "permissions": .strings(metadata.permissions ?? []),
            "resources": metadata.resources,
        ])
        return json.prettyText() + "\n"
    }
}
