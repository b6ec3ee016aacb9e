internal import Files

/// The paths of files in a report that other programs read: relative to the folder that they look in.
struct ReportPaths {
    /// The folder that paths are relative to.
    let base: String

    init(base: String) { self.base = base }

    /// Takes the folder of a GitHub job where the plugin's folder lies in it, else the plugin's folder.
    init(project: String, workspace: String?) {
        guard let workspace, workspace.hasPrefix("/"), let resolved = FilePaths.resolved(workspace),
            project.utf8.elementsEqual(resolved.utf8) || project.utf8.starts(with: (resolved + "/").utf8)
        else {
            base = project
            return
        }
        base = resolved
    }

    /// The path relative to the base; the whole path for a file outside of it.
    func relative(_ path: String) -> String {
        let prefix = base + "/"
        guard path.utf8.starts(with: prefix.utf8) else { return path }
        return String(decoding: path.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    }

    /// The path as a URI reference (RFC 3986, section 4.2): relative for a file below the base.
    func reference(_ path: String) -> String {
        let relative = relative(path)
        let escaped = relative.utf8.map { byte -> String in
            let isPlain =
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "~"), UInt8(ascii: "/"):
                    true
                default: false
                }
            let digits = Array("0123456789ABCDEF")
            return isPlain ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }.joined()
        return relative.hasPrefix("/") ? "file://" + escaped : escaped
    }
}
