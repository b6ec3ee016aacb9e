internal import Basics
package import Contract
internal import Files
internal import WebAssembly

/// A plugin's folder: the one with `plugin.yaml`.
package struct PluginProject: Sendable {
    /// The folder's path.
    package let folder: String
    package private(set) var manifest: Manifest
    /// The plugin's name.
    package let name: PluginName
    /// The text of `plugin.yaml`.
    package let manifestText: String

    /// The path of `plugin.yaml`.
    package var manifestPath: String { FilePaths.join(folder, Manifest.fileName) }
    /// The plugin's version.
    package var version: String { manifest.version.text }
    /// Where `pdk build` puts the module.
    package var modulePath: String { FilePaths.join(folder, "dist/\(name).wasm") }
    /// Where `pdk sign` puts the signature.
    package var signaturePath: String { FilePaths.join(folder, "dist/\(name).sig") }

    /// Refuses a folder that another user could have put there: it, its manifest or what a link leads to is another's.
    private static func refuseForeign(_ folder: String, _ path: String) throws {
        let found = try [
            FileStatus.of(folder), FileStatus.of(path), FileStatus.of(path, followingLinks: true),
        ]
        guard found.allSatisfy({ $0?.isOwnedByUserOrRoot ?? false }) else {
            throw Problem(
                .foreignPluginFolder, "\(path) or its folder belongs to another user",
                help:
                    "if you trust it, run pdk in that folder, or add it with: pdk config set trusted_folders --add FOLDER"
            )
        }
    }

    /// The nearest folder with a `plugin.yaml`, from `start` upwards; nil when there is none.
    ///
    /// A folder above `start` that belongs to another user is refused unless it is one of `trusted`.
    package static func find(from start: String, trusted: Set<String> = []) throws -> String? {
        var folder = start
        while true {
            let path = FilePaths.join(folder, Manifest.fileName)
            if let status = try FileStatus.of(path, followingLinks: true), status.kind == .regular {
                // Its build command is run: in a folder above, it must not be another user's.
                if folder != start, !trusted.contains(folder) { try refuseForeign(folder, path) }
                return folder
            }
            guard let parent = FilePaths.parent(of: folder), parent != folder, parent != "." else { return nil }
            folder = parent
        }
    }

    /// The folder of the plugin at `start` or above it, whatever its `plugin.yaml` says.
    ///
    /// Error: `no-plugin-folder`.
    package static func folder(from start: String, trusted: Set<String> = []) throws -> String {
        guard let folder = try find(from: start, trusted: trusted) else {
            throw Problem(
                .noPluginFolder, "no \(Manifest.fileName) in \(start) or a parent folder",
                help: "change to a plugin's folder, or create one with: pdk new NAME")
        }
        return folder
    }

    /// Reads the manifest in exactly this folder, and gives its text too.
    ///
    /// Error: `invalid-manifest`.
    package static func manifest(in folder: String) throws -> (manifest: Manifest, text: String) {
        let path = FilePaths.join(folder, Manifest.fileName)
        let bytes = try WholeFiles.read(path, limit: KitLimits.manifestBytes)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(.invalidManifest, "\(path) is not UTF-8", help: "save it as UTF-8")
        }
        do throws(ManifestError) {
            return (try Manifest(reading: text), text)
        } catch {
            throw error.problem(
                .invalidManifest, in: path,
                help: "see the page about the manifest: pdk docs manifest")
        }
    }

    /// Reads the plugin in exactly this folder.
    package init(folder: String) throws {
        let path = FilePaths.join(folder, Manifest.fileName), text: String
        (manifest, text) = try Self.manifest(in: folder)
        guard let name = PluginName(manifest.name.text) else {
            throw Problem(
                .invalidName, "\(path):\(manifest.name.line): \(PluginName.refusal(of: manifest.name.text))",
                help: PluginName.rule, place: FilePlace(path, manifest.name.place))
        }
        self.name = name
        manifestText = text
        self.folder = folder
        manifest.profile = try HostFile.profile(ofFolder: folder, manifest: manifest)
    }

    /// The host profile the plugin is run and checked for.
    package var profile: HostProfile {
        get { manifest.profile }
        set { manifest.profile = newValue }
    }

    /// The bytes of the built module, at most 1 GiB.
    package func readModule() throws -> [UInt8] {
        try Self.readModule(modulePath)
    }

    /// Whether a path is where `pdk build` puts a module.
    private static func isBuilt(_ path: String) throws -> Bool {
        guard let dist = FilePaths.parent(of: path), FilePaths.name(of: dist) == "dist" else { return false }
        return try FileStatus.of(FilePaths.join(FilePaths.parent(of: dist) ?? ".", Manifest.fileName)) != nil
    }

    package static func readModule(_ path: String) throws -> [UInt8] {
        guard try FileStatus.of(path, followingLinks: true) != nil else {
            guard try isBuilt(path) else {
                throw Problem(
                    .noModule, "cannot open \(path): no such file or folder",
                    help: "name a .wasm file; without one, in a plugin's folder, it is the plugin's own")
            }
            throw Problem(.noModule, "no module at \(path)", help: "build it with: pdk build")
        }
        let bytes = try WholeFiles.read(path, limit: KitLimits.moduleBytes)
        guard bytes.starts(with: WebAssemblyModule.magic) else {
            throw Problem(
                .notAModule, "\(path) is not a WebAssembly module: it does not begin with \\0asm",
                help: "build it again with: pdk build")
        }
        return bytes
    }
}
