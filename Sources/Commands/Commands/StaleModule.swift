internal import Authoring
internal import Operations

extension PluginProject {
    /// A warning where the module is not built from the current sources: what runs is then not what the author sees.
    func staleWarnings() throws -> [Text] {
        guard let reason = try BuildState.of(self).warning else { return [] }
        return ["\(reason) since dist/\(name).wasm was built; run pdk build"]
    }
}
