internal import Glibc

/// What is watched outside of the folder: where its links lead, and paths that are declared.
extension FolderWatch {
    /// The most folders that are watched through links.
    package static let maximumFollowedFolders = 1024
    /// The most links on the way to a file, as the kernel has it.
    private static let maximumLinks = 40

    /// Watches these paths, relative to the root, whatever their names are and also outside of it.
    package mutating func declare(_ paths: [String]) throws(FileError) {
        for path in paths where declared.insert(path).inserted { try follow(path) }
    }

    /// Begins to watch where a path leads: the names of all links on the way, and of a folder what is in it.
    mutating func follow(_ path: String) throws(FileError) {
        var place = FilePaths.join(root, path)
        for _ in 0..<Self.maximumLinks {
            try note(place, as: path)
            guard let target = Self.target(of: place) else { break }
            place = FilePaths.join(FilePaths.parent(of: place) ?? "/", target)
        }
        // What is not there yet is told of when it comes.
        guard let real = FilePaths.resolved(place), let base = FilePaths.resolved(root),
            (try? FileStatus.of(real))?.kind == .folder,
            // A link to a folder above would bring everything in.
            !(base + "/").hasPrefix(real == "/" ? "/" : real + "/")
        else { return }
        enter(path, real)
    }

    /// Watches the name of a file or link in the folder where it lies.
    private mutating func note(_ place: String, as path: String) throws(FileError) {
        let parent = FilePaths.parent(of: place) ?? "/"
        let watch = unsafe inotify_add_watch(descriptor, parent, Self.events)
        guard watch >= 0 else {
            // Nothing can be seen of a folder that is not there or may not be read; a build that needs it says so.
            if [ENOENT, ENOTDIR, EACCES, ELOOP].contains(errno) { return }
            throw FileError.last("watch", parent)
        }
        linked[watch, default: [:]][FilePaths.name(of: place), default: []].insert(path)
    }

    /// Watches a folder outside, and those in it; none twice, so that links in a circle end.
    private mutating func enter(_ path: String, _ place: String) {
        guard followed.count < Self.maximumFollowedFolders else {
            unwatched.insert(path)
            return
        }
        let watch = unsafe inotify_add_watch(descriptor, place, Self.events)
        guard watch >= 0, let names = try? Folder(place).names(limit: 100_000) else {
            unwatched.insert(path)
            return
        }
        guard folders[watch] == nil else { return }
        folders[watch] = path
        followed.insert(watch)
        for name in names where counts(path + "/" + name) {
            let inside = FilePaths.join(place, name)
            switch (try? FileStatus.of(inside))?.kind {
            case .folder: enter(path + "/" + name, inside)
            case .link: try? follow(path + "/" + name)
            default: break
            }
        }
    }

    /// The text of a link; nil for what is none (`readlink(2)`).
    private static func target(of path: String) -> String? {
        var text = [CChar](repeating: 0, count: 4097)
        let count = unsafe text.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.map { unsafe readlink(path, $0, buffer.count) } ?? -1
        }
        guard count > 0, count < text.count else { return nil }
        return String(validating: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
