internal import Basics
internal import Files

/// Reads a template from a folder; links, devices and more than a template may hold are refused.
package enum TemplateFolder {
    /// The most files and bytes that are read.
    static let maximumFiles = SkeletonRenderer.maximumFiles + 100
    static let maximumFileBytes = 16 << 20

    /// The template in `folder`, whose `origin` is recorded.
    ///
    /// Errors: `invalid-template`, `no-template`.
    package static func read(_ folder: String, origin: String) throws -> PluginTemplate {
        guard try FileStatus.of(folder, followingLinks: true)?.kind == .folder else {
            throw Problem(
                .noTemplate, "no template at \(folder.printable)",
                help: "a template is a folder with template.yaml and files/")
        }
        var files: [PluginTemplate.File] = [], total = 0
        for name in [TemplateDescription.fileName, "files"] {
            try read(name, in: folder, origin: origin, &files, &total, depth: 0)
        }
        return try PluginTemplate(files: files, origin: origin)
    }

    private static func read(
        _ path: String, in folder: String, origin: String, _ files: inout [PluginTemplate.File], _ total: inout Int,
        depth: Int
    ) throws {
        let full = FilePaths.join(folder, path)
        guard let status = try FileStatus.of(full) else { return }
        func refused(_ reason: String) -> Problem {
            Problem(
                .invalidTemplate, "\(origin.printable) is not a template: \(path.printable) \(reason)",
                help: "a template contains plain files and folders only")
        }
        switch status.kind {
        case .folder:
            guard depth < 32 else { throw refused("is more than 32 folders deep") }
            for name in try Folder(full).names() {
                try read(path + "/" + name, in: folder, origin: origin, &files, &total, depth: depth + 1)
            }
        case .regular:
            guard files.count < maximumFiles else {
                throw refused("is one file too many: at most \(maximumFiles) are read")
            }
            let bytes = try WholeFiles.read(full, limit: maximumFileBytes, followingLinks: false)
            total += bytes.count
            guard total <= SkeletonRenderer.maximumBytes else {
                throw refused("makes it larger than \(SkeletonRenderer.maximumBytes) bytes")
            }
            files.append(PluginTemplate.File(path: path, bytes: bytes, isExecutable: status.mode & 0o100 != 0))
        case .link: throw refused("is a link")
        case .other: throw refused("is neither a file nor a folder")
        }
    }
}
