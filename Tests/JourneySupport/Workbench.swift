internal import TestSupport
internal import Testing

/// Plugins of one template, built one after the other in one folder: the compiler compiles their guest library once.
actor Workbench {
    static let shared = Workbench()

    /// Where the plugins of a template differ, for languages whose compilers keep what they compiled in the folder.
    private static let sources = ["swift": "Sources/Plugin", "rust": "src"]
    /// The last build of each template.
    private var last: [String: Task<Void, any Error>] = [:]

    /// Builds a plugin of a template, when all plugins of that template before it have been built.
    func build(_ plugin: Kit, of template: String) async throws {
        guard let sources = Self.sources[template] else {
            try await plugin.done("build")
            return
        }
        let before = last[template]
        let task = Task {
            _ = await before?.result
            try await Self.build(plugin, sources, on: Workshop.cacheFolder + "/workbench " + template)
        }
        last[template] = task
        try await task.value
    }

    /// Builds it where the one before was built, of which all but the sources and the manifest stays.
    private static func build(_ plugin: Kit, _ sources: String, on bench: String) async throws {
        if Disk.exists(bench) {
            for path in [sources, "plugin.yaml", "dist"] where Disk.exists(bench + "/" + path) {
                try Disk.remove(bench + "/" + path)
            }
            // A copy has new times, so it is newer than what was compiled before.
            for path in [sources, "plugin.yaml"] { try Disk.copy(plugin.folder + "/" + path, to: bench + "/" + path) }
        } else {
            try Disk.makeFolder(Workshop.cacheFolder)
            try Disk.copy(plugin.folder, to: bench)
        }
        try await plugin.inside(bench).done("build")
        try Disk.copy(bench + "/dist", to: plugin.folder + "/dist")
    }
}
