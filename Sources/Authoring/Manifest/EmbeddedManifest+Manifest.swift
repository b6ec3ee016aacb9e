package import Contract

extension EmbeddedManifest {
    /// What a plugin's manifest has its module say.
    package init(_ manifest: Manifest) {
        self.init(
            name: manifest.name.text, version: manifest.version.text, hooks: manifest.knownHooks.map(\.name))
        permissions = manifest.permissions.map(\.text)
        minimumMemory = manifest.minimumMemory?.text
        maximumMemory = manifest.maximumMemory?.text
    }
}
