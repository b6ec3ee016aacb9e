internal import Glibc

/// Tells when something below a folder changes (`inotify(7)`).
package struct FolderWatch: ~Copyable {
    private let descriptor: Int32
    private let root: String
    private let ignores: @Sendable (String) -> Bool
    /// The watched folders, relative to the root, by watch descriptor.
    private var folders: [Int32: String] = [:]

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

    private mutating func addAll(_ folder: String) throws(FileError) {
        let path = folder.isEmpty ? root : FilePaths.join(root, folder)
        guard folders.count < Self.maximumFolders else {
            throw FileError(action: "watch", path: path, reason: "there are more than \(Self.maximumFolders) folders")
        }
        let mask = UInt32(
            IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR
                | IN_DONT_FOLLOW)
        let watch = unsafe inotify_add_watch(descriptor, path, mask)
        if watch < 0 {
            // A link, which is not followed.
            if errno == ELOOP { return }
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
            guard !ignores(inside), try FileStatus.of(FilePaths.join(root, inside))?.kind == .folder else { continue }
            try add(inside)
        }
    }

    /// Waits up to `milliseconds` for changes; the relative paths that changed, none when nothing did (`poll(2)`).
    package mutating func changes(waitingMilliseconds milliseconds: Int) throws(FileError) -> [String] {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let ready = unsafe poll(&waiting, 1, Int32(clamping: milliseconds))
        guard ready > 0 else {
            if ready < 0, errno != EINTR { throw FileError.last("watch", root) }
            return []
        }
        var changed: [String] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                if count < 0, errno != EAGAIN { throw FileError.last("watch", root) }
                return changed
            }
            for event in Self.events(buffer[..<count]) {
                if let path = try take(event) { changed.append(path) }
            }
        }
    }

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

    /// The path that an event tells of, empty where some were lost; nil when it does not count.
    private mutating func take(_ event: Event) throws(FileError) -> String? {
        if event.isAny(of: Int(IN_Q_OVERFLOW)) {
            // Some changes were lost, new folders perhaps among them.
            try add()
            return ""
        }
        if event.isAny(of: Int(IN_IGNORED)) {
            // The folder is gone; its watch must not count against the limit for ever.
            folders[event.watch] = nil
            return nil
        }
        guard let folder = folders[event.watch] else { return nil }
        let path = folder.isEmpty ? event.name : folder + "/" + event.name
        guard !event.name.isEmpty, !ignores(path) else { return nil }
        if event.isAny(of: Int(IN_ISDIR)) {
            if event.isAny(of: Int(IN_MOVED_FROM)) { forget(path) }
            if event.isAny(of: Int(IN_CREATE | IN_MOVED_TO)) { try add(path) }
        }
        return path
    }

    /// Ends the watches on a folder that was moved away; where it went, it is added anew.
    private mutating func forget(_ moved: String) {
        for (watch, folder) in folders where folder == moved || folder.hasPrefix(moved + "/") {
            inotify_rm_watch(descriptor, watch)
            folders[watch] = nil
        }
    }
}
