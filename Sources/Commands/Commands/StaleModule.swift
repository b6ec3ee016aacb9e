internal import Authoring
internal import Operations

extension PluginProject {
    /// A warning where the module is older than its sources: what runs is then not what the author sees.
    func staleWarnings() throws -> [Text] {
        guard let source = try sourceNewerThanModule() else { return [] }
        return ["\(source) has changed since dist/\(name).wasm was built; pdk build takes it in"]
    }
}
