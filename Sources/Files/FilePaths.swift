internal import Glibc

/// Putting paths together and taking them apart, byte by byte as the system does.
///
/// To Swift's characters a slash with a combining mark behind it is no slash.
package enum FilePaths {
    private static let slash = UInt8(ascii: "/")

    /// `name` in `folder`; an absolute `name` stays as it is.
    package static func join(_ folder: String, _ name: String) -> String {
        if name.utf8.first == slash || folder.isEmpty || folder == "." { return name }
        return folder.utf8.last == slash ? folder + name : folder + "/" + name
    }

    /// The folder that `path` is in; nil for the root and for an empty path.
    package static func parent(of path: String) -> String? {
        let trimmed = trimmingSlashes(path)
        guard !trimmed.isEmpty, trimmed != "/" else { return nil }
        guard let last = trimmed.utf8.lastIndex(of: slash) else { return "." }
        return last == trimmed.startIndex ? "/" : trimmingSlashes(String(trimmed[..<last]))
    }

    /// An absolute path without `.` and `..`, taken as text: no link is followed.
    package static func normalized(_ path: String) -> String {
        "/" + (follow(path, from: [], stopsAtTop: true) ?? []).joined(separator: "/")
    }

    /// The path that `text` is from the file at `path`; nil where it leads above the folder that `path` begins in.
    package static func relative(_ text: String, to path: String) -> String? {
        guard let parts = follow(text, from: path.split(separator: "/").dropLast(), stopsAtTop: false) else {
            return nil
        }
        return parts.isEmpty ? nil : parts.joined(separator: "/")
    }

    /// The parts of a path from others on; above the first one there is nothing, or the path stops there.
    private static func follow(_ path: String, from start: [Substring], stopsAtTop: Bool) -> [Substring]? {
        var parts = start
        for part in path.split(separator: "/") where part != "." {
            if part != ".." { parts.append(part) } else if parts.popLast() == nil, !stopsAtTop { return nil }
        }
        return parts
    }

    /// The last part of `path`.
    package static func name(of path: String) -> String {
        let trimmed = trimmingSlashes(path)
        guard trimmed != "/", let last = trimmed.utf8.lastIndex(of: slash) else { return trimmed }
        return String(trimmed[trimmed.utf8.index(after: last)...])
    }

    /// The last part of `path` without its last extension.
    package static func stem(of path: String) -> String {
        let name = name(of: path)
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else { return name }
        return String(name[..<dot])
    }

    /// `path` with its last extension replaced; `extension` begins with a dot.
    package static func replacingExtension(of path: String, with ending: String) -> String {
        join(parent(of: path) ?? "", stem(of: path) + ending)
    }

    /// The path with every link resolved, nil when it does not exist or is not UTF-8 (`realpath(3)`).
    package static func resolved(_ path: String) -> String? {
        guard let found = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(found) }
        return unsafe String(validatingCString: found)
    }

    private static func trimmingSlashes(_ path: String) -> String {
        guard let last = path.utf8.lastIndex(where: { $0 != slash }) else { return path.isEmpty ? "" : "/" }
        return String(path[...last])
    }
}
