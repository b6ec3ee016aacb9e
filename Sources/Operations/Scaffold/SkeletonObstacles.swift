internal import Authoring
internal import Basics
internal import Files

extension SkeletonMerge {
    /// The files that the template no longer has and that stand where its new files go: a file that becomes a folder, or
    /// a folder that becomes a file.
    ///
    /// Error: `merge-failed` where something of the author's stands there.
    static func inTheWay(_ changes: [Change], in folder: String) throws -> Set<String> {
        let removed = Set(changes.filter { $0.kind == .removed }.map(\.path))
        var found: Set<String> = []
        func stop(at place: String, for path: String) -> Problem {
            Problem(
                .mergeFailed, "the template writes \(path.printable), but you have your own \(place.printable) there",
                help: "move or remove \(place.printable), then try again")
        }
        func empty(_ place: String, for path: String) throws {
            for name in try Folder(FilePaths.join(folder, place)).names() {
                let inside = place + "/" + name
                if try FileStatus.of(FilePaths.join(folder, inside))?.kind == .folder {
                    try empty(inside, for: path)
                } else {
                    guard removed.contains(inside) else { throw stop(at: inside, for: path) }
                    found.insert(inside)
                }
            }
        }
        for change in changes where change.merged != nil {
            let path = change.target ?? change.path
            var place = ""
            for part in path.split(separator: "/").dropLast() {
                place += place.isEmpty ? String(part) : "/" + part
                guard try FileStatus.of(FilePaths.join(folder, place))?.kind == .regular else { continue }
                guard removed.contains(place) else { throw stop(at: place, for: path) }
                found.insert(place)
            }
            guard change.kind == .added, let status = try FileStatus.of(FilePaths.join(folder, path)) else { continue }
            guard status.kind == .folder else { throw stop(at: path, for: path) }
            try empty(path, for: path)
        }
        return found
    }

    /// Removes what stands in the way, and the folders that become files.
    static func clear(_ obstacles: Set<String>, for changes: [Change], in folder: String) throws {
        for path in obstacles {
            let full = FilePaths.join(folder, path)
            try Folder(FilePaths.parent(of: full) ?? folder).remove(FilePaths.name(of: full))
        }
        for change in changes where change.kind == .added {
            try removeEmptyFolders(FilePaths.join(folder, change.path))
        }
    }

    private static func removeEmptyFolders(_ path: String) throws {
        guard try FileStatus.of(path)?.kind == .folder else { return }
        for name in try Folder(path).names() { try removeEmptyFolders(FilePaths.join(path, name)) }
        Folder.removeIfEmpty(path)
    }

    /// Whether a file is to be executable: as the author has set it, else as the template has it.
    static func isExecutable(_ change: Change, in folder: String) throws -> Bool {
        guard let before = change.wasExecutable,
            let status = try FileStatus.of(FilePaths.join(folder, change.path)), status.kind == .regular
        else { return change.isExecutable }
        let mine = status.mode & 0o100 != 0
        return mine == before ? change.isExecutable : mine
    }

    /// Whether all lines of a text end as Windows ends them.
    static func hasWindowsLineEnds(_ bytes: [UInt8]) -> Bool {
        var before: UInt8 = 0, lines = 0
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                guard before == UInt8(ascii: "\r") else { return false }
                lines += 1
            }
            before = byte
        }
        return lines > 0
    }

    /// A text with the line ends of Windows.
    static func withWindowsLineEnds(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { $0 == UInt8(ascii: "\n") ? [UInt8(ascii: "\r"), $0] : [$0] }
    }
}
