internal import Glibc

/// Putting paths together and taking them apart, as text.
package enum FilePaths {
    /// `name` in `folder`; an absolute `name` stays as it is.
    package static func join(_ folder: String, _ name: String) -> String {
        if name.hasPrefix("/") || folder.isEmpty || folder == "." { return name }
        return folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// The folder that `path` is in; nil for the root and for an empty path.
    package static func parent(of path: String) -> String? {
        let trimmed = trimmingSlashes(path)
        guard !trimmed.isEmpty, trimmed != "/" else { return nil }
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : trimmingSlashes(String(trimmed[..<slash]))
    }

    /// The last part of `path`.
    package static func name(of path: String) -> String {
        let trimmed = trimmingSlashes(path)
        return trimmed.lastIndex(of: "/").map { String(trimmed[trimmed.index(after: $0)...]) } ?? trimmed
    }

    /// The last part of `path` without its last extension.
    package static func stem(of path: String) -> String {
        let name = name(of: path)
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
        return String(name[..<dot])
    }

    /// `path` with its last extension replaced; `extension` begins with a dot.
    package static func replacingExtension(of path: String, with ending: String) -> String {
        let stem = stem(of: path) + ending
        return parent(of: path).map { $0 == "." && !path.hasPrefix("./") ? stem : join($0, stem) } ?? stem
    }

    /// The path with every link resolved, nil when it does not exist (`realpath(3)`).
    package static func resolved(_ path: String) -> String? {
        guard let found = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(found) }
        return unsafe String(cString: found)
    }

    private static func trimmingSlashes(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}
