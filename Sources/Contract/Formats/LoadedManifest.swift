/// What the host's loader makes of the manifest beside a module (host contract, section 5).
package struct LoadedManifest: Sendable {
    /// The plugin's name; empty where there is none.
    package private(set) var name = ""
    /// The version; nil where the manifest says none, which the host takes for 0.0.0.
    package private(set) var version: String?
    /// The hooks as they are written.
    package private(set) var hooks: [String] = []
    /// The permissions as they are written.
    package private(set) var permissions: [String] = []
    /// Why the host refuses the plugin, as the end of a sentence; nil where it does not.
    package private(set) var refusal: String?

    /// Reads the bytes of a manifest as the host reads this format.
    package init(_ bytes: [UInt8], _ format: ManifestFormat, _ profile: HostProfile) {
        var memory: (least: String?, most: String?) = (nil, nil)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            refusal = "it is not UTF-8"
            return
        }
        switch format {
        case .yaml:
            let read = HostLineReader(reading: text)
            name = read.fields["name"]?.value ?? ""
            version = read.fields["version"]?.value
            hooks = (read.hooks?.items ?? []).map(\.text)
            permissions = (read.permissions?.items ?? []).map(\.text)
        case .json:
            let root: JSONNode
            do {
                root = try JSONDocument(parsing: bytes, limits: JSONLimits(bytes: KitLimits.manifestBytes)).root
            } catch {
                refusal = "it is not JSON: \(error.message)"
                return
            }
            name = root["name"]?.string ?? ""
            version = root["version"]?.string
            hooks = (root["hooks"]?.elements ?? []).compactMap(\.string)
            permissions = (root["permissions"]?.elements ?? []).compactMap(\.string)
            memory = (root["resources"]?["min_memory"]?.string, root["resources"]?["max_memory"]?.string)
        }
        refusal = Self.flaw(name, version ?? "", profile.loader) ?? Self.flaw(memory.least, memory.most, profile.limits)
    }

    private static func flaw(_ name: String, _ version: String, _ loader: HostLoader) -> String? {
        if name.isEmpty { return "it has no name" }
        if name.utf8.count > loader.nameBytes { return "its name is longer than \(loader.nameBytes) bytes" }
        guard name.unicodeScalars.allSatisfy({ $0.properties.isAlphabetic || isNumber($0) || $0 == "-" || $0 == "_" })
        else { return "its name '\(name)' has other characters than letters, digits, '-' and '_'" }
        guard version.unicodeScalars.allSatisfy({ isNumber($0) || $0 == "." }) else {
            return "its version '\(version)' has other characters than digits and dots"
        }
        return nil
    }

    private static func flaw(_ least: String?, _ most: String?, _ limits: HostLimits) -> String? {
        let low = least.map(bytes) ?? limits.defaultMinimumMemoryBytes
        let high = most.map(bytes) ?? limits.defaultMaximumMemoryBytes
        if low > high { return "its min_memory is larger than its max_memory" }
        let limit = limits.manifestMemoryBytes
        return high > limit ? "its max_memory is larger than \(limit >> 20)MB" : nil
    }

    /// What the host takes for a size: what it cannot read is 0.
    private static func bytes(_ text: String) -> Int {
        let text = text.uppercased().filter { !$0.isWhitespace }
        for (unit, shift) in [("MB", 20), ("KB", 10), ("GB", 30)] where text.hasSuffix(unit) {
            let (bytes, isTooMuch) = (Int(text.dropLast(2)) ?? 0).multipliedReportingOverflow(by: 1 << shift)
            return isTooMuch ? Int.max : max(0, bytes)
        }
        return max(0, Int(text) ?? 0)
    }

    /// A digit or another number (Unicode's Nd, Nl and No).
    private static func isNumber(_ scalar: Unicode.Scalar) -> Bool {
        [.decimalNumber, .letterNumber, .otherNumber].contains(scalar.properties.generalCategory)
    }
}
