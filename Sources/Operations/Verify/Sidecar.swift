internal import Basics
internal import Contract
internal import Files

/// The manifest beside an installed module, as the host reads it: the first of `<stem>.yaml` and `<stem>.json`.
struct Sidecar {
    private let modulePath: String
    private let stem: String
    private let manifest: PluginMetadata?
    private let path: String?
    private let problem: String?

    /// Reads it; what cannot be read is a problem, not an error.
    init(of modulePath: String) throws {
        self.modulePath = modulePath
        stem = FilePaths.stem(of: modulePath)
        guard let file = try ManifestFile.all(beside: modulePath).first else {
            (path, manifest, problem) = (nil, nil, nil)
            return
        }
        path = file.path
        do {
            let bytes = try file.read()
            manifest = try file.format == .yaml ? Self.lines(bytes) : Self.json(bytes)
            problem = nil
        } catch {
            manifest = nil
            problem = "\(file.path) cannot be read: \((error as? JSONError)?.message ?? "\(error)")"
        }
    }

    /// What the host would take in place of what the module says of itself: findings in a plugins folder, and of those
    /// what is worth a warning elsewhere.
    func differences(from embedded: PluginMetadata) -> (findings: [String], warnings: [String]) {
        var findings: [String] = [], warnings: [String] = []
        if stem != embedded.name {
            findings.append("\(modulePath) is the module of '\(embedded.name.printable)' under another name")
        }
        guard let path else {
            findings.append(
                "there is no \(stem).json next to \(modulePath): a host loads it without hooks and never calls it")
            return (findings, warnings)
        }
        if let problem {
            findings.append(problem)
        } else if let found = claims(beside: embedded)?.contradiction(with: embedded) {
            findings.append(
                "\(path) says \(found.field) \(found.claimed.printable), the module says \(found.embedded.printable)")
            warnings.append(contentsOf: findings.suffix(1))
        }
        if let twice = repeatedHook {
            findings.append(
                "\(path) names the hook \(twice) more than once: the host calls it as often for every query")
            warnings.append(contentsOf: findings.suffix(1))
        }
        return (findings, warnings)
    }

    /// What the manifest claims; the numbers of a pre-release, which is all that a host takes of it, stand for the whole.
    private func claims(beside embedded: PluginMetadata) -> PluginMetadata? {
        guard var claims = manifest else { return nil }
        if claims.version.utf8.elementsEqual(embedded.order.spelledForHost.utf8) { claims.version = embedded.version }
        return claims
    }

    /// A hook that the manifest names more than once, be it by an alias.
    private var repeatedHook: String? {
        var seen: Set<String> = []
        return (manifest?.hooks ?? []).compactMap { HostProfile.standard.hook(named: $0)?.name }
            .first { !seen.insert($0).inserted }
    }

    private static func json(_ bytes: [UInt8]) throws -> PluginMetadata {
        let root = try JSONDocument(parsing: bytes, limits: JSONLimits(bytes: KitLimits.manifestBytes)).root
        // The host reads no manifest in which a field of its own stands twice.
        for field in ["name", "version", "description", "author", "license", "hooks", "permissions", "resources"] {
            let found = root.members.filter { $0.name.string == field }
            guard found.count < 2 else {
                throw JSONError("\(field) is given twice", offset: found[1].value.range.lowerBound)
            }
        }
        var manifest = PluginMetadata(
            name: root["name"]?.string ?? "", version: root["version"]?.string ?? "",
            hooks: root["hooks"]?.elements.compactMap(\.string) ?? [],
            permissions: root["permissions"]?.elements.compactMap(\.string) ?? [])
        manifest.minimumMemory = root["resources"]?["min_memory"]?.string
        manifest.maximumMemory = root["resources"]?["max_memory"]?.string
        return manifest
    }

    private static func lines(_ bytes: [UInt8]) throws -> PluginMetadata {
        let read = HostLineReader(reading: String(decoding: bytes, as: UTF8.self))
        func known(_ list: HostLineReader.List?) -> [String] { (list?.items ?? []).map(\.text) }
        return PluginMetadata(
            name: read.fields["name"]?.value ?? "", version: read.fields["version"]?.value ?? "",
            hooks: known(read.hooks).filter { HostProfile.standard.hook(named: $0) != nil },
            permissions: known(read.permissions))
    }
}
