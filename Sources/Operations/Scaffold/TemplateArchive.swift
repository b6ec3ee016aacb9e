internal import Archives
internal import Authoring
internal import Basics
internal import Files

/// A template in an archive file: `template.yaml` and `files/` at its root, or in the one folder that it holds.
enum TemplateArchive {
    private static let limits = ArchiveLimits(
        totalBytes: SkeletonRenderer.maximumBytes, entries: 2 * SkeletonRenderer.maximumFiles)

    /// Reads a `.tar.gz` or `.zip` file, told apart by its content; nothing is unpacked to the disk.
    ///
    /// Errors: `no-template`, `invalid-template`.
    static func read(_ path: String) throws -> PluginTemplate {
        guard try FileStatus.of(path, followingLinks: true)?.kind == .regular else {
            throw Problem(.noTemplate, "no template at \(path.printable)", help: "give an existing archive")
        }
        let bytes = try WholeFiles.read(path, limit: limits.fileBytes)
        let tree: [ArchivedFile]
        do throws(ArchiveError) { tree = try ArchiveReader.files(of: bytes, limits: limits) } catch {
            throw refused(path, error.message, help: error.help)
        }
        for file in tree {
            if let reason = SkeletonRenderer.refusal(of: file.path) {
                throw refused(path, "\(file.path.printable): \(reason)", help: "create it with: git archive")
            }
        }
        let root = try root(tree, path)
        let files = tree.compactMap { file -> PluginTemplate.File? in
            guard file.path.utf8.starts(with: root.utf8) else { return nil }
            let inside = String(decoding: file.path.utf8.dropFirst(root.utf8.count), as: UTF8.self)
            guard inside == TemplateDescription.fileName || inside.hasPrefix("files/") else { return nil }
            return PluginTemplate.File(path: inside, bytes: file.bytes, isExecutable: file.isExecutable)
        }
        return try PluginTemplate(files: files, origin: path)
    }

    /// What stands in front of `template.yaml`: nothing, or the name of the archive's one folder and a slash.
    private static func root(_ tree: [ArchivedFile], _ path: String) throws(Problem) -> String {
        if tree.contains(where: { $0.path == TemplateDescription.fileName }) { return "" }
        let heads = Set(tree.compactMap { $0.path.split(separator: "/").first.map(String.init) })
        guard heads.count == 1, let head = heads.first,
            tree.contains(where: { $0.path == "\(head)/\(TemplateDescription.fileName)" })
        else {
            throw refused(
                path, "there is no template.yaml at its root or in its one folder",
                help: "pack the template's folder: template.yaml and files/")
        }
        return head + "/"
    }

    private static func refused(_ path: String, _ reason: String, help: String? = nil) -> Problem {
        Problem(
            .invalidTemplate, "\(path.printable) is not a template: \(reason)",
            help: help ?? "a template contains plain files and folders only, each under one name")
    }
}
