internal import Glibc

/// Tells when something below a folder changes, or what links there lead to (`inotify(7)`).
package struct FolderWatch: ~Copyable {
    let descriptor: Int32
    let root: String
    private let ignores: @Sendable (String) -> Bool
    /// The watched folders, relative to the root, by watch descriptor.
    var folders: [Int32: String] = [:]
    /// The names that links lead to, in watched folders by watch descriptor, and the paths that they count as.
    var linked: [Int32: [String: Set<String>]] = [:]
    /// Paths that are watched whatever their names, also outside of the root.
    var declared: Set<String> = []
    /// Those of the folders that were reached through a link.
    var followed: Set<Int32> = []
    /// Links to folders of which not all is watched: they are too large, or may not be read.
    package internal(set) var unwatched: Set<String> = []
    /// Whether the root itself was moved away or removed.
    package private(set) var isRootGone = false

    /// The most folders that are watched.
    package static let maximumFolders = 8192

    /// Watches `root` and the folders in it; `ignores` says which relative paths do not count, and are not entered.
    package init(_ root: String, ignoring ignores: @escaping @Sendable (String) -> Bool) throws(FileError) {
        let descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard descriptor >= 0 else { throw FileError.last("watch", root) }
        self.descriptor = descriptor
        self.root = root
        self.ignores = ignores
    }

    deinit { close(descriptor) }

    /// Begins to watch a folder, relative to the root, and those in it.
    ///
    /// A folder that has gone away meanwhile needs no watch; the root itself must be there.
    package mutating func add(_ folder: String = "") throws(FileError) {
        do throws(FileError) {
            try addAll(folder)
        } catch {
            guard !folder.isEmpty, error.isNotFound else { throw error }
        }
    }

    static let events = UInt32(
        IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_MOVE_SELF
            | IN_DELETE_SELF | IN_ONLYDIR)

    private mutating func addAll(_ folder: String) throws(FileError) {
        let path = folder.isEmpty ? root : FilePaths.join(root, folder)
        guard folders.count - followed.count < Self.maximumFolders else {
            throw FileError(action: "watch", path: path, reason: "there are more than \(Self.maximumFolders) folders")
        }
        let watch = unsafe inotify_add_watch(descriptor, path, Self.events | UInt32(IN_DONT_FOLLOW))
        if watch < 0 {
            // It has become a link meanwhile.
            if errno == ELOOP || errno == ENOTDIR { return }
            throw FileError.last("watch", path)
        }
        folders[watch] = folder
        let names: [String]
        do throws(FileError) {
            names = try Folder(path).names(limit: 100_000)
        } catch {
            // Builds make folders that are gone before anybody looks.
            guard error.isNotFound else { throw error }
            return
        }
        for name in names {
            let inside = folder.isEmpty ? name : folder + "/" + name
            guard counts(inside) else { continue }
            switch try FileStatus.of(FilePaths.join(root, inside))?.kind {
            case .folder: try add(inside)
            case .link: try follow(inside)
            default: break
            }
        }
    }

    /// Waits up to `milliseconds` for changes; the relative paths that changed, none when nothing did (`poll(2)`).
    package mutating func changes(waitingMilliseconds milliseconds: Int) throws(FileError) -> [String] {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let ready = unsafe poll(&waiting, 1, Int32(clamping: milliseconds))
        // The kernel tells of a removal only when nobody has the folder open any more.
        if try FileStatus.of(root) == nil { isRootGone = true }
        guard ready > 0 else {
            if ready < 0, errno != EINTR { throw FileError.last("watch", root) }
            return []
        }
        var changed: [String] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        // Whoever changes without end must not keep the caller from asking whether to stop.
        for _ in 0..<32 {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                if count < 0, errno != EAGAIN { throw FileError.last("watch", root) }
                return changed
            }
            for event in Self.events(buffer[..<count]) {
                let paths = try take(event)
                if changed.count < Self.maximumChanges { changed += paths }
            }
        }
        return changed
    }

    /// The most changed paths that are told of at a time.
    private static let maximumChanges = 10_000

    /// One record of the kernel's.
    private struct Event {
        let watch: Int32
        let mask: UInt32
        /// The name in the watched folder, empty for the folder itself.
        let name: String

        func isAny(of bits: Int) -> Bool { mask & UInt32(bits) != 0 }
    }

    /// Takes records apart: watch (4 bytes), mask (4), cookie (4), length of the name (4), the name with its padding.
    private static func events(_ bytes: ArraySlice<UInt8>) -> [Event] {
        func word(_ at: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) } }
        var events: [Event] = [], at = bytes.startIndex
        while at + 16 <= bytes.endIndex {
            let end = at + 16 + Int(word(at + 12))
            let name = bytes[at + 16..<min(end, bytes.endIndex)].prefix { $0 != 0 }
            events.append(
                Event(
                    watch: Int32(bitPattern: word(at)), mask: word(at + 4), name: String(decoding: name, as: UTF8.self))
            )
            at = end
        }
        return events
    }

    /// The paths that an event tells of, an empty one where some were lost; none when it does not count.
    private mutating func take(_ event: Event) throws(FileError) -> [String] {
        if event.isAny(of: Int(IN_Q_OVERFLOW)) {
            // Some changes were lost, new folders perhaps among them.
            try add()
            return [""]
        }
        if event.isAny(of: Int(IN_IGNORED)) {
            // The folder is gone; its watch must not count against the limit for ever.
            folders[event.watch] = nil
            linked[event.watch] = nil
            followed.remove(event.watch)
            return []
        }
        if event.name.isEmpty {
            if folders[event.watch] == "", event.isAny(of: Int(IN_MOVE_SELF | IN_DELETE_SELF)) { isRootGone = true }
            return []
        }
        var paths: [String] = []
        if let folder = folders[event.watch] {
            let path = folder.isEmpty ? event.name : folder + "/" + event.name
            if counts(path) {
                try enter(path, event)
                paths.append(path)
            }
        }
        for path in (linked[event.watch]?[event.name] ?? []).sorted() {
            // It may lead elsewhere from now on.
            if event.isAny(of: Int(IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM)) {
                forget(path)
                try follow(path)
            }
            paths.append(path)
        }
        return paths
    }

    /// Begins or ends to watch what has come or gone.
    private mutating func enter(_ path: String, _ event: Event) throws(FileError) {
        let hasCome = event.isAny(of: Int(IN_CREATE | IN_MOVED_TO))
        if event.isAny(of: Int(IN_ISDIR)) {
            if event.isAny(of: Int(IN_MOVED_FROM)) { forget(path) }
            if hasCome { try add(path) }
        } else if hasCome, try FileStatus.of(FilePaths.join(root, path))?.kind == .link {
            try follow(path)
        }
    }

    /// Whether changes of a path are told; one that is declared is, whatever a folder above it is called.
    func counts(_ path: String) -> Bool {
        for base in declared where path == base || path.hasPrefix(base + "/") {
            let rest = String(path.dropFirst(base.count + 1))
            if ignores(base) { return rest.isEmpty || !ignores(rest) }
        }
        return !ignores(path)
    }

    /// Ends the watches on a folder that was moved away; where it went, it is added anew.
    private mutating func forget(_ moved: String) {
        for (watch, folder) in folders where folder == moved || folder.hasPrefix(moved + "/") {
            inotify_rm_watch(descriptor, watch)
            folders[watch] = nil
            followed.remove(watch)
        }
    }
}
