internal import Authoring
internal import Synchronization

/// The project of a command, read when it is first asked for.
final class ReadProject: Sendable {
    private let known = Mutex<(folder: String, project: PluginProject)?>(nil)

    /// The project in a folder.
    func project(in folder: String) throws -> PluginProject {
        if let known = known.withLock({ $0 }), known.folder.utf8.elementsEqual(folder.utf8) { return known.project }
        let project = try PluginProject(folder: folder)
        known.withLock { $0 = (folder, project) }
        return project
    }
}
