internal import Contract
internal import Files
internal import PluginRegistry

/// The names that a plugin had before it was renamed, under which it may lie in the host's folder still.
struct EarlierNames {
    /// The names of modules that were built here.
    private var built: Set<String> = []
    /// The SHA-256 of what this run has installed, by name.
    private var installed: [String: SHA256Digest] = [:]

    /// Notes the name at the last build, which may have been made before this run.
    mutating func note(_ record: BuildRecord?) {
        guard let module = record?.module, module.hasSuffix(".wasm") else { return }
        built.insert(String(module.dropLast(5)))
    }

    /// After an install, removes what this run has installed under other names, and names what lies there besides.
    ///
    /// Returns whether something was removed.
    mutating func clear(
        in folder: String, after plugin: InstalledPlugin, _ report: (DevelopPlugin.Event) -> Void
    ) throws -> Bool {
        built.remove(plugin.name)
        installed[plugin.name] = plugin.digest
        var hasRemoved = false
        let plugins = try PluginsFolder(folder)
        for name in built.union(installed.keys).sorted() where name != plugin.name {
            let path = FilePaths.join(folder, name + ".wasm")
            built.remove(name)
            let digest = installed.removeValue(forKey: name)
            guard try FileStatus.of(path) != nil else { continue }
            // Another than this run may have put something else there meanwhile.
            if let digest, try plugins.blockingRead(name, trust: .digestOnly).digest == digest {
                hasRemoved = try plugins.blockingRemove(name) || hasRemoved
                report(.removed(path))
            } else {
                report(.leftover(path, name: name))
            }
        }
        return hasRemoved
    }
}
