internal import Contract
package import Files
internal import Trust

/// What an install has to know of what is installed.
extension PluginsFolder {
    /// The most modules of a folder that are looked at.
    private static let maximumModules = 10_000

    /// The version of an installed plugin: what its module carries, else what its manifest says; nil where none is installed.
    package func installedVersion(of name: String) -> String? {
        guard (try? box.folder.status(of: name + ".wasm")) ?? nil != nil else { return nil }
        let head = try? box.folder.open(reading: name + ".wasm").readHead(bytes: EmbeddedManifest.headBytes)
        let embedded = head.flatMap { (try? EmbeddedManifest.read(atStartOf: $0)) ?? nil }
        return embedded?.version ?? ((try? manifest(name)) ?? nil)?.version
    }

    /// The installed version where it is higher than another one; nil where it is not, or the other one is not known.
    func higherVersion(of name: String, than version: String) -> String? {
        guard !version.isEmpty, let installed = installedVersion(of: name),
            PluginVersion(version) < PluginVersion(installed)
        else { return nil }
        return installed
    }

    /// What is said of a file that `otherFiles` has found.
    package static func sharedName(_ file: String) -> String {
        "\(file) has a manifest with the same name: the host loads and calls both"
    }

    /// The modules of other files whose manifest has this name, as `FILE.wasm`.
    package func otherFiles(of name: String) throws(FileError) -> [String] {
        let stems = try box.folder.names().filter { $0.hasSuffix(".wasm") }.map { String($0.dropLast(5)) }
        var found: [String] = []
        for stem in stems.prefix(Self.maximumModules) where !stem.utf8.elementsEqual(name.utf8) {
            let other = ((try? manifest(stem)) ?? nil)?.name ?? ""
            if other.utf8.elementsEqual(name.utf8) { found.append(stem + ".wasm") }
        }
        return found
    }
}
