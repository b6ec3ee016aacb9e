internal import Files

extension PluginProject {
    /// A source file that has changed since the module was built, relative to the folder; nil when there is none.
    ///
    /// Told by the times of the files. What is no input of a build does not count: cases, tests, pages, the manifest, and
    /// what `pdk dev` ignores; of a very large folder only the first 10,000 files are looked at.
    package func sourceNewerThanModule() throws -> String? {
        guard let module = try FileStatus.of(modulePath, followingLinks: true) else { return nil }
        var left = 10_000
        return try newer(than: module.modified, in: "", left: &left)
    }

    private func newer(than time: Int64, in inside: String, left: inout Int) throws -> String? {
        let output = manifest.buildOutput?.text ?? ""
        for name in try Folder(inside.isEmpty ? folder : FilePaths.join(folder, inside)).names(limit: 100_000) {
            let path = inside.isEmpty ? name : inside + "/" + name
            left -= 1
            guard left > 0 else { return nil }
            if Self.isIgnored(path) || ["cases", "Tests", "tests", Manifest.fileName].contains(path) {
                continue
            }
            if name.hasSuffix(".md") || (!output.isEmpty && path.hasPrefix(output)) { continue }
            guard let status = try FileStatus.of(FilePaths.join(folder, path)) else { continue }
            switch status.kind {
            case .folder: if let found = try newer(than: time, in: path, left: &left) { return found }
            case .regular: if status.modified > time, !Self.isReport(path, in: folder) { return path }
            case .link, .other: break
            }
        }
        return nil
    }

    /// Whether a file is what `pdk test --junit` or `pdk bench --json` has written, told by how it begins.
    package static func isReport(_ path: String, in folder: String) -> Bool {
        guard path.hasSuffix(".xml") || path.hasSuffix(".json"),
            let head = try? FileHandle(reading: FilePaths.join(folder, path)).readHead(bytes: 200)
        else { return false }
        let begin = String(decoding: head, as: UTF8.self)
        return begin.contains("<testsuite") || begin.contains("\"latency_ns\"")
    }

    /// Whether a path is output of a build, hidden, or an editor's scratch file.
    package static func isIgnored(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        guard let first = parts.first, let last = parts.last else { return false }
        return ["dist", "target", "node_modules", "zig-out", "zig-cache"].contains(first)
            || parts.contains { $0.hasPrefix(".") }
            || last.hasSuffix("~") || last.hasSuffix(".swp") || last.hasPrefix("#") || last == "4913"
            || ["Cargo.lock", "Package.resolved"].contains(path)
    }
}
