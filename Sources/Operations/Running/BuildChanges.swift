internal import Basics
internal import Files
internal import LibCrypto

/// Tells what a build has written from what its author has saved meanwhile.
///
/// A build that runs again on the same sources writes the same bytes again: only new bytes count as a change.
struct BuildChanges {
    /// The largest file that is compared by its bytes; a larger one by its size and time.
    private static let comparedBytes = 16 << 20

    let folder: String
    /// What the changed files held when they were last looked at.
    private var contents: [String: String] = [:]

    init(folder: String) { self.folder = folder }

    /// Whether any of the files that changed while a build ran holds what it did not hold before.
    mutating func count(_ changed: [String]) -> Bool {
        var isNew = false
        for path in Set(changed) where !path.hasSuffix(".o") && !path.hasSuffix(".wasm") {
            // Some changes were lost: it is not known which.
            if path.isEmpty { isNew = true }
            guard let content = content(of: path), contents[path] != content else { continue }
            contents[path] = content
            isNew = true
        }
        return isNew
    }

    /// What is at a path; nil for what has gone, as linkers' temporary files have.
    private func content(of path: String) -> String? {
        let full = FilePaths.join(folder, path)
        // A file that cannot be looked at now is looked at when it changes again.
        guard !path.isEmpty, let status = try? FileStatus.of(full, followingLinks: true) else { return nil }
        guard status.kind == .regular else { return "\(status.kind)" }
        guard let bytes = try? WholeFiles.read(full, limit: Self.comparedBytes),
            let digest = try? unsafe SHA256.digest(of: bytes.span.bytes)
        else { return "\(status.size) \(status.modified)" }
        return Hex.encode(digest)
    }
}
