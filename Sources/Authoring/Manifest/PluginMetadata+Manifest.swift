package import Contract

extension PluginMetadata {
    /// What a plugin.yaml says, hooks by their own names and only those that the host knows.
    package init(_ manifest: Manifest) {
        self.init(
            name: manifest.name.text, version: manifest.version.text, hooks: manifest.knownHooks.map(\.name),
            permissions: manifest.permissions.map(\.text))
        description = manifest.description?.text ?? ""
        author = manifest.author?.text
        license = manifest.license?.text
        minimumMemory = manifest.minimumMemory?.text
        maximumMemory = manifest.maximumMemory?.text
    }
}
