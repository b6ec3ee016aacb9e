internal import Basics

/// The paths of an archive's entries so far: each stays inside, and no two are one on any file system.
struct ArchivedPaths {
    /// Each file and folder by its folded path, with its spelling.
    private var seen: [String: (spelling: String, isFile: Bool)] = [:]

    /// The path of a file, without a `./` in front as `tar` writes it; nil for a folder.
    mutating func add(_ name: String?, isFolder: Bool, entry number: Int) throws(ArchiveError) -> String? {
        guard let name else { throw ArchiveError(.badName, "entry \(number) has a name that is not UTF-8") }
        var path = name[...]
        while path.hasPrefix("./") { path = path.dropFirst(2) }
        if isFolder {
            while path.hasSuffix("/") { path = path.dropLast() }
            if path.isEmpty || path == "." { return nil }
        }
        if let reason = Self.refusal(of: path) {
            throw ArchiveError(.badName, "entry \(number) has the path '\(name.escapedToASCII)': \(reason)")
        }
        var above = ""
        let parts = path.split(separator: "/")
        for (index, part) in parts.enumerated() {
            above += above.isEmpty ? String(part) : "/" + part
            let isFile = index == parts.count - 1 && !isFolder
            let key = above.foldedName
            guard let other = seen[key] else {
                seen[key] = (above, isFile)
                continue
            }
            guard !isFile, !other.isFile, other.spelling.utf8.elementsEqual(above.utf8) else {
                throw ArchiveError(
                    .duplicate,
                    "the archive has \(other.spelling.escapedToASCII) and \(above.escapedToASCII), which are the same file on some systems"
                )
            }
        }
        return isFolder ? nil : String(path)
    }

    /// Why a path must not be used; nil for one that leads nowhere but below the archive's root.
    private static func refusal(of path: Substring) -> String? {
        if path.hasPrefix("/") { return "it is absolute" }
        guard path.utf8.count <= 1_024 else { return "it is longer than 1024 bytes" }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 64 else { return "it has more than 64 parts" }
        for part in parts {
            if part == ".." { return "'..' leads out of the archive" }
            if part.isEmpty || part == "." { return "a part of it is empty or '.'" }
            if part.utf8.count > 255 { return "a part of it is longer than 255 bytes" }
            if part.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\\") }) {
                return "it contains a control character or a backslash"
            }
            if part.hidesCharacters { return "it contains invisible or reordering characters" }
            // A drive or a stream of a file, on Windows.
            if part.utf8.contains(UInt8(ascii: ":")) { return "it contains a colon" }
        }
        return nil
    }
}
