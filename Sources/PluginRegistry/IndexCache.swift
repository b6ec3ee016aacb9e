internal import Basics
internal import Contract
internal import Files
internal import Trust

/// Indexes of web registries, each kept with what its server called that state (`ETag`).
///
/// What is kept is used only after the server has said that it is unchanged, and is read as strictly as what comes from it.
/// A file that is damaged, or that others could have written, is as good as none.
struct IndexCache {
    /// The folder, its user's only.
    let folder: String

    /// The most files that are kept, and bytes of all of them together: 64 MiB.
    private static let maximumFiles = 256, maximumBytes = 64 << 20
    /// The longest index that is kept, in bytes: 16 MiB.
    static let maximumBody = maximumBytes / 4
    /// The longest entity tag that is kept, in bytes.
    private static let maximumTag = 1024
    private static let mark = "pdk-index 1"

    /// What is kept of an address.
    struct Kept {
        let tag: String
        let body: [UInt8]
    }

    /// What is kept of an address; nil for nothing that can be gone by.
    func read(_ address: String, maximumBytes: Int) -> Kept? {
        // Whatever goes wrong with a cache, the server has it.
        guard let opened = try? Folder(folder), let access = try? opened.status(), Self.isOurs(access),
            let name = try? Self.name(of: address), let file = try? opened.open(reading: name),
            let status = try? file.status(), Self.isOurs(status),
            let bytes = try? file.readAll(limit: maximumBytes + 2 * Self.maximumTag)
        else { return nil }
        let parts = bytes.split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].elementsEqual(Self.mark.utf8) else { return nil }
        let body = Array(parts[3]), tag = String(decoding: parts[1], as: UTF8.self)
        guard let digest = try? SHA256Digest(of: body), Self.isTag(tag),
            parts[2].elementsEqual(digest.description.utf8)
        else { return nil }
        return Kept(tag: tag, body: body)
    }

    /// Keeps the body of an address; where that fails, nothing is kept.
    func keep(_ body: [UInt8], tag: String, of address: String) {
        guard Self.isTag(tag), body.count <= Self.maximumBody else { return }
        do {
            if let parent = FilePaths.parent(of: folder) { try Folder.create(parent, mode: 0o700) }
            try Folder.create(folder, mode: 0o700)
            let opened = try Folder(folder)
            guard Self.isOurs(try opened.status()) else { return }
            let digest = try SHA256Digest(of: body).description
            var file = try opened.makeTemporary()
            let head = Array("\(Self.mark)\n\(tag)\n\(digest)\n".utf8)
            try unsafe file.write(head.span.bytes)
            try unsafe file.write(body.span.bytes)
            try file.commit(as: Self.name(of: address), mode: nil, durably: false)
            try trim(opened)
        } catch {
            // A cache that cannot be written costs a transfer, and nothing else.
        }
    }

    /// Lets go of what is kept of an address.
    func remove(_ address: String) {
        guard let opened = try? Folder(folder), let status = try? opened.status(), Self.isOurs(status),
            let name = try? Self.name(of: address)
        else { return }
        try? opened.remove(name)
    }

    /// Removes the files that were written longest ago, until those that stay are few enough.
    private func trim(_ folder: borrowing Folder) throws {
        try folder.removeAbandonedFiles()
        var files: [(name: String, size: Int, modified: Int64)] = []
        for name in try folder.names() where !name.hasPrefix(".") {
            guard let status = try folder.status(of: name), status.kind == .regular else { continue }
            files.append((name, Int(clamping: status.size), status.modified))
        }
        files.sort { $0.modified > $1.modified }
        var bytes = 0
        for (index, file) in files.enumerated() {
            bytes += file.size
            if index >= Self.maximumFiles || bytes > Self.maximumBytes { try folder.remove(file.name) }
        }
    }

    /// Whether only this user can have written it.
    private static func isOurs(_ status: FileStatus) -> Bool {
        status.owner == FileStatus.user && status.mode & 0o077 == 0
    }

    /// A tag that can stand in a header: printable ASCII.
    private static func isTag(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= maximumTag && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    /// The file of an address, which may hold secrets and so does not stand in it.
    private static func name(of address: String) throws -> String {
        let bytes = Array(address.utf8)
        return try SHA256Digest(of: bytes).description
    }
}
