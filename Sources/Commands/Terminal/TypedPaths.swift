internal import Authoring
internal import Files
internal import Operations
internal import PluginRegistry
internal import Trust

/// Paths as users type and read them: relative to the current folder.
extension Session {
    /// A path as it is shown: short where it is in the current folder or beside it.
    func shown(_ path: String) -> String {
        if let inside = Self.rest(of: path, in: currentFolder) { return inside }
        guard let parent = FilePaths.parent(of: currentFolder), parent != "/",
            let beside = Self.rest(of: path, in: parent)
        else { return path }
        return "../" + beside
    }

    private static func rest(of path: String, in folder: String) -> String? {
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        return path.hasPrefix(prefix) && path != prefix ? String(path.dropFirst(prefix.count)) : nil
    }

    /// A path as the user types it, made absolute.
    ///
    /// The current folder has no links in it, so that leading `./` and `../` can be taken away as text.
    func path(_ text: String) -> String {
        guard !text.hasPrefix("/") else { return text }
        var folder = currentFolder, rest = text[...]
        while true {
            if rest == "." || rest.isEmpty { return folder }
            if rest == ".." { return FilePaths.parent(of: folder) ?? "/" }
            if rest.hasPrefix("./") {
                rest = rest.dropFirst(2).drop { $0 == "/" }
            } else if rest.hasPrefix("../") {
                folder = FilePaths.parent(of: folder) ?? "/"
                rest = rest.dropFirst(3).drop { $0 == "/" }
            } else {
                return FilePaths.join(folder, String(rest))
            }
        }
    }

    /// The plugin whose folder this is, or is in.
    ///
    /// Read once in a command, whoever asks.
    func project() throws -> PluginProject { try readProject.project(in: projectFolder()) }

    /// The folder of the plugin that this folder is, or is in.
    func projectFolder() throws -> String {
        try PluginProject.folder(from: currentFolder, trusted: trustedFolders())
    }

    /// Whether this folder is a plugin's, or is in one.
    func isInProject() throws -> Bool {
        try PluginProject.find(from: currentFolder, trusted: trustedFolders()) != nil
    }

    private func trustedFolders() throws -> Set<String> { Set(try keyStore?.configuration()?.trustedFolders ?? []) }
}
