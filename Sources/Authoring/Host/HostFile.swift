internal import Basics
package import Contract
internal import Files

/// `host.yaml`: what an operator's host has set otherwise than its profile, or a profile of one's own.
///
/// The file is one mapping: `from:` names the profile to begin with, and every other key stands in place of the same key
/// there, as `pdk host show --json` prints them.
package enum HostFile {
    /// The file's name in a plugin's folder.
    package static let fileName = "host.yaml"
    private static let maximumBytes = 256 << 10

    /// The profile that a text describes, with `base` where it does not say from which it begins.
    package static func profile(reading text: String, base: HostProfile) throws(ManifestError) -> HostProfile {
        let value = try JSONValue(yamlText: text, limit: maximumBytes, what: "the host file")
        guard case .object(let members) = value else {
            throw ManifestError(message: "the host file is not a mapping of keys to values", line: 1)
        }
        var start = base
        if let from = value["from"] {
            guard let id = from.string, let named = HostProfile.builtIn(named: id) else {
                throw ManifestError(
                    message: "from: names no host profile; there is "
                        + HostProfile.builtIn.map(\.id).joined(separator: ", "), line: nil)
            }
            start = named
        }
        do throws(HostProfileError) {
            return try start.merging(.object(members.filter { $0.name != "from" }))
        } catch {
            throw ManifestError(message: error.description, line: nil)
        }
    }

    /// The profile in a file.
    ///
    /// Error: `invalid-host`.
    package static func read(_ path: String, base: HostProfile = .standard) throws -> HostProfile {
        let bytes = try WholeFiles.read(path, limit: maximumBytes)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(.invalidHost, "\(path) is not UTF-8", help: "save it as UTF-8")
        }
        do throws(ManifestError) {
            return try profile(reading: text, base: base)
        } catch {
            throw Problem(
                .invalidHost, "\(path)\(error.line.map { ":\($0)" } ?? ""): \(error.message)",
                help: "pdk host show --json prints every key that a host has")
        }
    }

    /// The profile that a plugin's folder asks for: `host:` in its manifest, and `host.yaml` over it.
    static func profile(ofFolder folder: String, manifest: Manifest) throws -> HostProfile {
        var profile = HostProfile.standard
        if let named = manifest.host, !named.text.isEmpty {
            guard let found = HostProfile.builtIn(named: named.text) else {
                throw Problem(
                    .unknownHost,
                    "\(FilePaths.join(folder, Manifest.fileName)):\(named.line): there is no host profile '\(named.text.printable)'",
                    help: "pdk host list shows them; host.yaml can describe another")
            }
            profile = found
        }
        let path = FilePaths.join(folder, fileName)
        guard try FileStatus.of(path, followingLinks: true) != nil else { return profile }
        return try read(path, base: profile)
    }
}
