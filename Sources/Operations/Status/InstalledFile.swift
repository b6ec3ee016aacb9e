internal import Basics
package import Contract
internal import Files
internal import PluginRegistry

/// A file of a host's plugins folder, as the host reads it at its next start.
package struct InstalledFile: Sendable {
    package let path: String
    /// The name in its manifest, else that of the file.
    package let name: String
    /// The version in its manifest; nil without one.
    package let version: String?
    /// When the module was changed, in seconds since 1970; nil where it is not known.
    let modified: Int?
    /// Whether it is a packed plugin, which the host ignores.
    let isPacked: Bool
    /// The module's SHA-256; nil of a packed plugin, and where it cannot be read.
    package private(set) var digest: SHA256Digest?
    /// Whether there is a signature beside it; it says nothing of whose.
    package private(set) var isSigned = false
    /// Why the host refuses the file; nil where its manifest gives no reason.
    private(set) var refusal: String?
    /// What pdk.lock says of it.
    private var locked: LockedPlugin?

    /// The modules and packed plugins in `folder`, by name.
    static func all(in folder: String, _ profile: HostProfile) throws -> [InstalledFile] {
        let lock = try? PluginsFolder(existing: folder).blockingLock()
        var files: [InstalledFile] = []
        for name in try Folder(folder).names() {
            let path = FilePaths.join(folder, name)
            if name.hasSuffix(".tar.gz") {
                files.append(InstalledFile(path: path, name: name, version: nil, modified: nil, isPacked: true))
            }
            guard name.hasSuffix(".wasm"), name != ".wasm" else { continue }
            let stem = String(name.dropLast(5)),
                manifest = try ManifestFile.all(beside: path, profile).first.map {
                    LoadedManifest(try $0.read(), $0.format, profile)
                }
            let status = try FileStatus.of(path, followingLinks: true)
            var file = InstalledFile(
                path: path, name: manifest.flatMap { $0.name.isEmpty ? nil : $0.name } ?? stem,
                version: manifest?.version, modified: status.map { Int($0.modified / 1_000_000_000) },
                isPacked: false)
            file.digest = try? BuildState.digest(of: path)
            let signature = FilePaths.replacingExtension(of: path, with: ".sig")
            file.isSigned = try FileStatus.of(signature, followingLinks: true) != nil
            file.refusal = manifest?.refusal.map { "its manifest cannot be loaded: \($0)" }
            file.locked = lock?[stem]
            files.append(file)
        }
        return files
    }

    /// What was changed since pdk installed it.
    func changes() -> [HostStatus.Remark] {
        guard let locked else { return [] }
        var remarks: [HostStatus.Remark] = []
        if let digest, digest != locked.digest {
            remarks.append(
                .init(
                    kind: "other-bytes", plugin: name,
                    message:
                        "\(path.printable) is not the module that \(LockFile.fileName) names (SHA-256 \(locked.digest))",
                    isProblem: true))
        }
        if !isSigned, locked.isSigned {
            remarks.append(
                .init(
                    kind: "no-signature", plugin: name,
                    message: "the signature of \(path.printable) is missing: it was signed when it was installed",
                    isProblem: true))
        }
        return remarks
    }
}
