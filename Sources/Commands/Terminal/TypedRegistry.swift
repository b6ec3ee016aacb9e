internal import Arguments
internal import Basics
internal import Files
internal import PluginRegistry

extension Session {
    /// A registry as the user types it; a text that looks like an address and is none is misuse.
    ///
    /// Taken for the name of a folder, `ftp://host/registry` would be made here by a publish, and reported as published.
    func registry(_ text: String) throws -> RegistryLocation {
        guard !text.isEmpty else {
            throw ValidationError("Give the registry as a folder, an index.json or an address, not an empty text")
        }
        if let scheme = ["file://", "http://", "https://"].first(where: text.lowercased().hasPrefix) {
            let rest = text.dropFirst(scheme.count)
            guard !rest.isEmpty, scheme == "file://" || !"/?#:".contains(rest.prefix(1)) else {
                throw ValidationError("The address '\(text.printable)' does not say where the registry is.")
            }
            return RegistryLocation(text, currentFolder: currentFolder)
        }
        if ["s3://", "oci://"].contains(where: text.lowercased().hasPrefix) {
            let location = RegistryLocation(text, currentFolder: currentFolder)
            if let problem = location.problem {
                throw ValidationError("The address '\(text.withoutLogin.printable)' is not valid: \(problem).")
            }
            return location
        }
        // A folder that has such a name and is there is meant; a new one can be written `./a:80`.
        if let problem = Self.misreading(text), try FileStatus.of(path(text)) == nil { throw ValidationError(problem) }
        return RegistryLocation(path(text), currentFolder: currentFolder)
    }

    /// What is wrong with a text that begins as `scheme:/` or `host:port`; nil for any other.
    private static func misreading(_ text: String) -> String? {
        let first = text.prefix { $0 != "/" }
        guard let colon = first.firstIndex(of: ":"), colon != first.startIndex else { return nil }
        let behind = first[first.index(after: colon)...]
        if behind.isEmpty, first.count < text.count {
            return
                "'\(text.withoutLogin.printable)' is not an address of a registry: file://, http://, https://, s3:// and oci:// are supported"
        }
        guard (1...5).contains(behind.count), behind.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return "There is no folder '\(text.printable)'; write an address in full: http://\(text.printable)"
    }
}
