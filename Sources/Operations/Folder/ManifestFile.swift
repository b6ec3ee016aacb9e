internal import Contract
internal import Files

/// A manifest beside a module, in a format that the host reads.
struct ManifestFile {
    let path: String
    let format: ManifestFormat

    /// Those that are there, in the order in which the host looks: it reads the first.
    static func all(beside modulePath: String, _ profile: HostProfile = .standard) throws -> [ManifestFile] {
        try profile.loader.manifests.map { format in
            ManifestFile(
                path: FilePaths.replacingExtension(of: modulePath, with: ".\(format.rawValue)"), format: format)
        }.filter { try FileStatus.of($0.path, followingLinks: true) != nil }
    }

    func read() throws -> [UInt8] { try WholeFiles.read(path, limit: KitLimits.manifestBytes) }
}
