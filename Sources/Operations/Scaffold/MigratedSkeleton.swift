internal import Authoring
internal import Basics
internal import Files

/// Both sides of a merge after a template's migrations: the skeleton as it was written, and the author's files.
///
/// Nothing is written here. What a migration does to the author's files is done to the skeleton as well, so that the merge
/// sees the author's own changes only.
struct MigratedSkeleton {
    private let folder: String
    /// The skeleton as the template wrote it, moved and changed.
    private(set) var base: [SkeletonFile]
    /// Where each of the author's files is in the folder, by the path it has after the moves.
    private(set) var sources: [String: String] = [:]
    /// The author's files that a migration has changed, by their path after the moves.
    private(set) var texts: [String: [UInt8]] = [:]

    /// The most of the author's files that are looked at.
    private static let maximumFiles = 20_000

    init(folder: String, base: [SkeletonFile]) {
        self.folder = folder
        self.base = base
    }

    /// Takes a migration.
    ///
    /// Error: `migration-conflict` where something stands at the place that a file moves to.
    mutating func apply(_ migration: TemplateMigration) throws {
        if sources.isEmpty { try find("") }
        for move in migration.moves {
            let files = sources.keys.filter { Self.isInside($0, move.from) }
            for path in files {
                let target = Self.moved(path, move)
                guard sources[target] == nil else {
                    throw Problem(
                        .migrationConflict,
                        "the template's migration \(migration.number) moves \(path.printable) to \(target.printable), which already exists in \(folder.printable)",
                        help: "move or remove one of the two, then try again")
                }
                sources[target] = sources.removeValue(forKey: path)
                texts[target] = texts.removeValue(forKey: path)
            }
            base = base.map { file in
                guard Self.isInside(file.path, move.from) else { return file }
                return SkeletonFile(
                    path: Self.moved(file.path, move), bytes: file.bytes, isExecutable: file.isExecutable)
            }
        }
        for replacement in migration.replacements {
            let word = Array(replacement.from.utf8), other = Array(replacement.to.utf8)
            for path in sources.keys where replacement.places.contains(where: { Self.isInside(path, $0) }) {
                guard let old = try ours(path), String(validating: old, as: UTF8.self) != nil else { continue }
                let new = WholeWords.replace(word, with: other, in: old)
                if new != old { texts[path] = new }
            }
            base = base.map { file in
                guard replacement.places.contains(where: { Self.isInside(file.path, $0) }) else { return file }
                return SkeletonFile(
                    path: file.path, bytes: WholeWords.replace(word, with: other, in: file.bytes),
                    isExecutable: file.isExecutable)
            }
        }
    }

    /// The author's file at a path as it is after the migrations; nil where there is none.
    func ours(_ path: String) throws -> [UInt8]? { try texts[path] ?? original(path) }

    /// The same as it is in the folder now.
    func original(_ path: String) throws -> [UInt8]? {
        // Before the first migration every file is where it is.
        guard sources.isEmpty || sources[path] != nil else { return nil }
        let full = FilePaths.join(folder, sources[path] ?? path)
        guard try FileStatus.of(full)?.kind == .regular else { return nil }
        return try WholeFiles.read(full, limit: SkeletonRenderer.maximumBytes, followingLinks: false)
    }

    /// The changes of a merge, and those that the migrations alone have made.
    func completed(_ merged: [SkeletonMerge.Change]) throws -> [SkeletonMerge.Change] {
        var changes: [SkeletonMerge.Change] = []
        for var change in merged {
            // What is shown is what is in the folder now; of a file that moves, the move says so.
            if let source = sources[change.path], source == change.path, texts[change.path] != nil {
                change.ours = try original(change.path)
            }
            changes.append(change)
        }
        let written = Set(merged.filter { $0.merged != nil }.map(\.path))
        for (path, source) in sources where source != path {
            let status = try FileStatus.of(FilePaths.join(folder, source))
            changes.append(
                SkeletonMerge.Change(
                    path: source, kind: .moved, target: path, ours: try original(path), base: nil, theirs: nil,
                    merged: written.contains(path) ? nil : try ours(path),
                    isExecutable: status.map { $0.mode & 0o100 != 0 } ?? false))
        }
        for (path, text) in texts where sources[path] == path && !written.contains(path) {
            let status = try FileStatus.of(FilePaths.join(folder, path))
            changes.removeAll { $0.path == path }
            changes.append(
                SkeletonMerge.Change(
                    path: path, kind: .updated, ours: try original(path), base: nil, theirs: nil, merged: text,
                    isExecutable: status.map { $0.mode & 0o100 != 0 } ?? false))
        }
        return changes.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// All plain files of the folder but those of git, of a build and of the kit's record.
    private mutating func find(_ path: String) throws {
        for name in try Folder(path.isEmpty ? folder : FilePaths.join(folder, path)).names(limit: 100_000) {
            let inside = path.isEmpty ? name : path + "/" + name
            guard ![".git", ".pdk", ".build", "dist", "target", "node_modules", ".zig-cache"].contains(inside) else {
                continue
            }
            switch try FileStatus.of(FilePaths.join(folder, inside))?.kind {
            case .folder: try find(inside)
            case .regular:
                guard sources.count < Self.maximumFiles else {
                    throw Problem(
                        .migrationConflict, "\(folder.printable) has more than \(Self.maximumFiles) files",
                        help: "remove the build outputs, then try again")
                }
                sources[inside] = inside
            default: break
            }
        }
    }

    private static func isInside(_ path: String, _ place: String) -> Bool {
        path.utf8.elementsEqual(place.utf8) || path.utf8.starts(with: (place + "/").utf8)
    }

    private static func moved(_ path: String, _ move: TemplateMigration.Renaming) -> String {
        move.to + String(decoding: path.utf8.dropFirst(move.from.utf8.count), as: UTF8.self)
    }
}
