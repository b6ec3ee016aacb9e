internal import Files

extension PluginProject {
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
