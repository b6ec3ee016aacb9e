internal import Basics
internal import Contract
internal import Files

/// What the host is told of an installed plugin, and what it will not do with it.
extension PluginsFolder {
    /// What keeps an installed plugin from doing what its operator expects.
    func warnings(_ entry: IndexEntry, _ name: String) throws(FileError) -> [String] {
        let hasYAML = try box.folder.status(of: name + ".yaml") != nil
        var warnings = try otherFiles(of: name).map { Self.sharedName(FilePaths.join(path, $0)) }
        guard let hooks = entry.hooks else {
            if hasYAML { return warnings }
            let isLeft = try box.folder.status(of: name + ".json") != nil
            warnings.append(
                "the index does not say which hooks \(name) has: "
                    + (isLeft
                        ? "the \(name).json of an earlier install stays, and the host uses it"
                        : "without \(name).yaml or \(name).json next to it, the host loads it but never calls it"))
            return warnings
        }
        if !hooks.contains(where: { HostProfile.standard.hook(named: $0)?.isCalled ?? false }) {
            warnings.append("\(name) has no hook that the host calls: it is loaded but never called")
        }
        if hasYAML {
            warnings.append(
                "\(FilePaths.join(path, name)).yaml also exists, and the host reads it instead of \(name).json"
            )
        }
        let named = hooks.map { HostProfile.standard.hook(named: $0)?.name ?? $0 }
        if Set(named.map { Array($0.utf8) }).count < named.count {
            warnings.append(
                "\(name) names a hook twice; it is installed once: the host would call it twice")
        }
        let limits = Self.memoryLimits(entry.metadata)
        for (text, accepted) in [(entry.minimumMemory, limits.minimum), (entry.maximumMemory, limits.maximum)] {
            guard let text, accepted == nil else { continue }
            warnings.append("the memory limit '\(text.printable)' of \(name) is left out: the host would refuse it")
        }
        return warnings
    }

    /// The memory limits that the host takes; without a limit it takes its default.
    ///
    /// It refuses a plugin with one over 256 MB, and with a minimum above the maximum.
    private static func memoryLimits(_ plugin: PluginMetadata) -> (minimum: String?, maximum: String?) {
        let limits = HostProfile.standard.limits
        func accepted(_ text: String?) -> (text: String, bytes: Int)? {
            guard let text, let bytes = MemorySize.bytes(text), bytes <= limits.manifestMemoryBytes else { return nil }
            return (text, bytes)
        }
        let low = accepted(plugin.minimumMemory), high = accepted(plugin.maximumMemory)
        guard
            low?.bytes ?? limits.defaultMinimumMemoryBytes <= high?.bytes ?? limits.defaultMaximumMemoryBytes
        else { return (nil, nil) }
        return (low?.text, high?.text)
    }

    /// The manifest for the host's loader, which takes only digits and dots as a version.
    static func manifest(_ plugin: PluginMetadata) -> String {
        var accepted = plugin
        accepted.version = plugin.order.spelledForHost
        (accepted.minimumMemory, accepted.maximumMemory) = memoryLimits(plugin)
        accepted.hooks = plugin.hooks.map(uniqueHooks)
        return InstalledManifest.text(of: accepted)
    }

    /// The hooks without those that an earlier one names already, also by an alias: the host would call them twice.
    private static func uniqueHooks(_ hooks: [String]) -> [String] {
        var seen: [String] = []
        return hooks.filter { text in
            let name = HostProfile.standard.hook(named: text)?.name ?? text
            guard !seen.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else { return false }
            seen.append(name)
            return true
        }
    }
}
